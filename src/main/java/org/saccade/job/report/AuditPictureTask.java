package org.saccade.job.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.image.PixelImage;
import org.saccade.job.tables.Pictures;
import org.saccade.report.AuditFacts;
import org.saccade.report.Thumbnail;
import scala.Tuple2;

/** Writes the pictures that an audit's pages show, small. */
final class AuditPictureTask
    implements FlatMapFunction<Iterator<Tuple2<String, Integer>>, AuditFacts.Picture> {
  private static final long serialVersionUID = 1L;

  private final ReportFolder folder;
  private final SerializableConfiguration hadoop;
  private final boolean exifOrientation;

  AuditPictureTask(ReportFolder folder, Configuration hadoop, boolean exifOrientation) {
    this.folder = folder;
    this.hadoop = new SerializableConfiguration(hadoop);
    this.exifOrientation = exifOrientation;
  }

  /** Locations and numbers of pictures in; those that could be read out. */
  @Override
  public Iterator<AuditFacts.Picture> call(Iterator<Tuple2<String, Integer>> wanted)
      throws IOException {
    Pictures pictures = new Pictures(hadoop.value(), exifOrientation);
    List<AuditFacts.Picture> written = new ArrayList<>();
    while (wanted.hasNext()) {
      Tuple2<String, Integer> picture = wanted.next();
      Optional<PixelImage> image = pictures.read(picture._1());
      if (image.isPresent()) {
        folder.write(
            AuditFacts.picturePath(picture._2()), Thumbnail.jpeg(image.get(), Thumbnail.SIDE));
        written.add(
            new AuditFacts.Picture(picture._2(), image.get().width(), image.get().height()));
      }
    }
    return written.iterator();
  }
}
