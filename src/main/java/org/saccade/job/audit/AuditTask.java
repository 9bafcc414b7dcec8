package org.saccade.job.audit;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.audit.Baseline;
import org.saccade.audit.GroupAudit;
import org.saccade.audit.GroupReport;
import org.saccade.audit.Member;
import org.saccade.dataset.ImageReader;
import org.saccade.dataset.UnreadableImageException;
import org.saccade.image.DecodeOptions;
import org.saccade.image.ImageDecoder;
import org.saccade.image.ImageException;
import org.saccade.image.PixelImage;
import org.saccade.job.model.LoadedModel;
import org.saccade.job.model.ModelSpec;
import scala.Tuple2;

/** Audits the groups of one partition: reads their images again and asks the network. */
final class AuditTask
    implements FlatMapFunction<Iterator<Tuple2<String, MemberSample>>, GroupReport> {
  private static final long serialVersionUID = 1L;

  private final ModelSpec model;
  private final int batchSize;
  private final boolean exifOrientation;
  private final Broadcast<Baseline> baseline;
  private final Broadcast<Map<String, List<Member>>> reference;
  private final long seed;
  private final SerializableConfiguration hadoop;

  /**
   * @param exifOrientation whether pictures were turned upright for the explanations
   * @param baseline what the measures amount to over all groups
   * @param reference a sample of all groups' explanations
   */
  AuditTask(
      ModelSpec model,
      int batchSize,
      boolean exifOrientation,
      Broadcast<Baseline> baseline,
      Broadcast<Map<String, List<Member>>> reference,
      long seed,
      Configuration hadoop) {
    this.model = model;
    this.batchSize = batchSize;
    this.exifOrientation = exifOrientation;
    this.baseline = baseline;
    this.reference = reference;
    this.seed = seed;
    this.hadoop = new SerializableConfiguration(hadoop);
  }

  @Override
  public Iterator<GroupReport> call(Iterator<Tuple2<String, MemberSample>> groups) {
    List<GroupReport> reports = new ArrayList<>();
    if (!groups.hasNext()) {
      return reports.iterator();
    }
    try (ImageReader reader = new ImageReader(hadoop.value())) {
      GroupAudit audit =
          new GroupAudit(
              member -> load(reader, member),
              new NetworkQueue(LoadedModel.of(model), batchSize),
              baseline.value(),
              reference.value(),
              seed);
      while (groups.hasNext()) {
        Tuple2<String, MemberSample> group = groups.next();
        reports.add(audit.audit(group._1(), group._2().members()));
      }
    }
    return reports.iterator();
  }

  private Optional<PixelImage> load(ImageReader reader, Member member) {
    try {
      PixelImage image =
          ImageDecoder.decode(
              reader.read(member.image()),
              new DecodeOptions(DecodeOptions.DEFAULT_MAX_PIXELS, exifOrientation));
      boolean same =
          image.width() == member.fixations().width()
              && image.height() == member.fixations().height();
      return same ? Optional.of(image) : Optional.empty();
    } catch (ImageException | UnreadableImageException e) {
      return Optional.empty();
    }
  }
}
