package io.pyjob.driver.scheduler;

import io.pyjob.executor.pod.Failures;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;

/** The folder that Spark writes event logs to. Spark wants it to be there; in an empty bucket or on a new claim it is not. */
final class EventLogFolder {
    private EventLogFolder() {}

    /** Makes it if it is not there, before Spark looks for it. */
    static void make(SparkContext context) {
        if (!context.isEventLogEnabled() || context.eventLogDir().isEmpty()) {
            return;
        }
        URI address = context.eventLogDir().get();
        try {
            FileSystem files = FileSystem.get(address, context.hadoopConfiguration());
            Path folder = new Path(address);
            if (!files.exists(folder)) {
                files.mkdirs(folder);
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the event log cannot be written: folder " + address + " cannot be made (" + Failures.reason(e)
                            + "). spec.eventLog says where it is to be; enabled: false there runs the job without",
                    e);
        }
    }
}
