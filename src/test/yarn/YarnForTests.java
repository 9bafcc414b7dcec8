import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * Hadoop's own YARN for tests, one resource manager and one node manager in this process: {@code
 * java -cp JARS YarnForTests.java FOLDER} writes {@code yarn-site.xml} into the folder once it runs,
 * and ends with its standard input.
 */
public final class YarnForTests {
  private YarnForTests() {}

  public static void main(String[] args) throws Exception {
    YarnConfiguration conf = new YarnConfiguration();
    conf.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 128);
    conf.setInt(YarnConfiguration.YARN_MINICLUSTER_NM_PMEM_MB, 8192);
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
    conf.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1");
    // A machine with a full disk, or a driver that maps a large model, is no reason to end a test.
    conf.setFloat(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, 99.9f);
    conf.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, false);
    conf.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    try (MiniYARNCluster cluster = new MiniYARNCluster("saccade", 1, 1, 1)) {
      cluster.init(conf);
      cluster.start();
      Path site = Path.of(args[0], "yarn-site.xml");
      Path unfinished = Path.of(args[0], "yarn-site.xml.unfinished");
      try (OutputStream out = Files.newOutputStream(unfinished)) {
        Configuration running = new Configuration(cluster.getConfig());
        running.writeXml(out);
      }
      Files.move(unfinished, site);
      while (System.in.read() >= 0) {
        // Nothing is asked; the end is what counts.
      }
    }
    System.exit(0);
  }
}
