package io.pyjob.driver;

import io.pyjob.executor.pod.Failures;
import io.pyjob.executor.pod.StartFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Spark's settings of a job: our defaults, then the job's file, then what the pod itself decides. */
record SparkSettings(Map<String, String> values) {
    /** What a job gets unless its file says otherwise. */
    static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("spark.authenticate", "true"),
            Map.entry("spark.network.crypto.enabled", "true"),
            // Pickled data then goes through sockets, and is in no plain file of the shared volume.
            Map.entry("spark.io.encryption.enabled", "true"),
            // A socket file that only our user may open, where Spark would listen on a loopback port.
            Map.entry("spark.python.unix.domain.socket.enabled", "true"),
            // Spark's error for a worker that has gone then quotes its stack, and the reason that we put there.
            Map.entry("spark.python.worker.faulthandler.enabled", "true"),
            // Executors that seem to be on one host have no disk in common.
            Map.entry("spark.shuffle.readHostLocalDisk", "false"),
            // Spark 4.2.0 hangs for ever in a plain @udf on a Parquet scan if this is on, which is its default: it
            // writes the input's schema where its own Python worker does not look for it.
            Map.entry("spark.sql.execution.arrow.pythonUDF.columnarInput.enabled", "false"),
            // A barrier stage needs all its executors at once. We start jobs before executors are there, and Spark's
            // check whether they are would come back after 15 s. Same patience (10 minutes), asked each second.
            Map.entry("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s"),
            Map.entry("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "600"));

    SparkSettings {
        values = Map.copyOf(values);
    }

    static SparkSettings of(DriverConfig config, Properties file, String sparkSecret) {
        Map<String, String> values = new TreeMap<>(DEFAULTS);
        values.put("spark.app.name", config.job());
        for (String key : file.stringPropertyNames()) {
            if (key.startsWith("spark.")) {
                values.put(key, file.getProperty(key));
            }
        }
        config.ivySettings().ifPresent(path -> values.put("spark.jars.ivySettings", path.toString()));
        values.put("spark.master", "pyjob://" + config.job());
        values.put("spark.app.id", config.applicationId());
        values.put("spark.driver.host", config.driverHost());
        values.put("spark.driver.bindAddress", config.podAddress());
        values.put("spark.driver.port", Integer.toString(config.driverPort()));
        values.put("spark.authenticate.secret", sparkSecret);
        return new SparkSettings(values);
    }

    /** How many executors a SparkContext with these settings will want first. */
    int initialExecutors() {
        try {
            return Integer.parseInt(values.getOrDefault("spark.executor.instances", "0"));
        } catch (NumberFormatException e) {
            return 0; // Spark refuses it in its own words, in the script's traceback
        }
    }

    /** The job's file; a job without one has only our defaults. */
    static Properties read(Path file) {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new StartFailure(
                        "the job's Spark settings in " + file + " cannot be read: " + Failures.reason(e), e);
            }
        }
        return properties;
    }

    /** Puts them where each new SparkConf of this JVM finds them. */
    void apply() {
        values.forEach(System::setProperty);
    }
}
