package org.saccade.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a real HDFS: a name node and a data node of Hadoop's own in this JVM. */
class HdfsTest {
  @TempDir Path folder;

  @Test
  void imagesArePackedAndExplainedWhereTheyLie() throws IOException {
    Configuration settings = new Configuration();
    // Folders are listed in several answers of the name node.
    settings.setInt("dfs.ls.limit", 2);
    settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    try (MiniDFSCluster cluster = new MiniDFSCluster.Builder(settings).numDataNodes(1).build()) {
      cluster.waitActive();
      RemoteFileSystems.packAndExplain(
          "hdfs://localhost:%d/data".formatted(cluster.getNameNodePort()),
          folder,
          RemoteFileSystems.configure(Map.of()));
    }
  }
}
