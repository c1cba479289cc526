package io.pyjob.driver;

/** Measuring. */
final class SparkWarmUp {
    private SparkWarmUp() {}

    static void start() {
        String mode = System.getProperty("warm", "");
        if (mode.isEmpty()) return;
        for (String m : mode.split(",")) {
        Thread t = new Thread(() -> {
            long t0 = System.nanoTime();
            try {
                switch (m) {
                    case "ugi" -> org.apache.hadoop.security.UserGroupInformation.getCurrentUser();
                    case "sql" -> { for (String c : new String[] {"org.apache.spark.sql.classic.SparkSession$", "org.apache.spark.sql.internal.SessionState", "org.apache.spark.sql.internal.BaseSessionStateBuilder", "org.apache.spark.sql.internal.SQLConf$", "org.apache.spark.sql.catalyst.analysis.FunctionRegistry$", "org.apache.spark.sql.catalyst.parser.CatalystSqlParser$", "org.apache.spark.sql.execution.SparkSqlParser", "org.apache.spark.sql.classic.Dataset$", "org.apache.spark.sql.execution.QueryExecution$", "org.apache.spark.sql.catalyst.optimizer.Optimizer", "org.apache.spark.sql.catalyst.analysis.Analyzer", "org.apache.spark.sql.execution.WholeStageCodegenExec$", "org.codehaus.janino.ClassBodyEvaluator"}) try { Class.forName(c); } catch (ClassNotFoundException e) { System.err.println(c); } }
                    case "net" -> { for (String c : new String[] {"io.netty.channel.epoll.Epoll", "io.netty.buffer.PooledByteBufAllocator", "io.netty.bootstrap.ServerBootstrap","org.apache.spark.network.TransportContext"}) try { Class.forName(c); } catch (ClassNotFoundException e) { System.err.println(c); } }
                    case "host" -> org.apache.spark.util.Utils.setCustomHostname("127.9.0.1");
                    default -> {}
                }
            } catch (Throwable e) { System.err.println(e); }
            System.err.println("warm " + m + " " + (System.nanoTime() - t0) / 1000000);
        });
        t.setDaemon(true);
        t.start();
        }
    }
}
