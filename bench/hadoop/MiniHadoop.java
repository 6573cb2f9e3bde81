import java.io.File;
import java.io.FileOutputStream;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * HDFS and YARN in one process, on loopback: two data nodes, two node managers of two cores. Writes their configuration into
 * the folder it is given, prints READY and the address of HDFS, and ends with its standard input.
 */
public class MiniHadoop {
  public static void main(String[] args) {
    try {
      run(new File(args[0]));
    } catch (Throwable fault) {
      fault.printStackTrace();
      System.exit(1); // whatever threads it has begun
    }
    System.exit(0);
  }

  private static void run(File folder) throws Exception {
    Configuration files = new Configuration();
    files.set("hdfs.minidfs.basedir", folder + "/dfs");
    files.setInt("dfs.replication", 1);
    MiniDFSCluster hdfs = new MiniDFSCluster.Builder(files).numDataNodes(2).build();
    hdfs.waitActive();
    String address = hdfs.getFileSystem().getUri().toString();

    YarnConfiguration settings = new YarnConfiguration(files);
    settings.set("fs.defaultFS", address);
    settings.setInt("yarn.scheduler.minimum-allocation-mb", 256);
    settings.setInt("yarn.nodemanager.resource.memory-mb", 4096);
    settings.setInt("yarn.nodemanager.resource.cpu-vcores", 2);
    settings.setBoolean("yarn.nodemanager.vmem-check-enabled", false);
    settings.set("yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "99");
    settings.set("yarn.scheduler.capacity.root.queues", "default");
    settings.set("yarn.scheduler.capacity.root.default.capacity", "100");
    settings.set("yarn.scheduler.capacity.root.default.maximum-am-resource-percent", "1");
    MiniYARNCluster yarn = new MiniYARNCluster("cofi", 2, 1, 1);
    yarn.init(settings);
    yarn.start();

    Configuration core = new Configuration(false);
    core.set("fs.defaultFS", address);
    Configuration site = new Configuration(false);
    for (Map.Entry<String, String> one : yarn.getConfig())
      if (one.getKey().startsWith("yarn.")) site.set(one.getKey(), yarn.getConfig().get(one.getKey()));
    write(core, new File(folder, "core-site.xml"));
    write(site, new File(folder, "yarn-site.xml"));
    System.out.println("READY " + address);
    System.out.flush();

    while (System.in.read() >= 0);
    yarn.stop();
    hdfs.shutdown();
  }

  private static void write(Configuration configuration, File file) throws Exception {
    try (FileOutputStream out = new FileOutputStream(file)) {
      configuration.writeXml(out);
    }
  }
}
