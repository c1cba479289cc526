package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.pyjob.api.LogPlace;
import io.pyjob.api.PyJob;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a job's driver writes its event log: to what the job says, else to what the installation has for all jobs. A job that
 * says it in Spark's own settings has it as it says there.
 */
public final class EventLog {
    /** Which job an event log is of, as namespace/name: the log outlives the job. */
    public static final String JOB = "spark.pyjob.job";

    static final String ENABLED = "spark.eventLog.enabled";
    static final String DIRECTORY = "spark.eventLog.dir";
    private static final LogFolder FOLDER = new LogFolder("events", "/pyjob-events");

    private EventLog() {}

    /** Where that job's event logs go; empty if there are none, or Spark's own settings say it. */
    public static Optional<LogPlace> of(PyJob job, UiSettings settings) {
        LogPlace own = job.getSpec().eventLog();
        if (own != null) {
            return Optional.of(own).filter(log -> !log.writesNone());
        }
        Map<String, String> conf = job.getSpec().conf();
        return conf.containsKey(ENABLED) || conf.containsKey(DIRECTORY) ? Optional.empty() : settings.eventLog();
    }

    /** Spark's settings for it. How the log is written is the job's to say. */
    static Map<String, String> settings(PyJob job, UiSettings settings) {
        Optional<LogPlace> log = of(job, settings);
        if (log.isEmpty()) {
            return Map.of();
        }
        Map<String, String> values = new TreeMap<>();
        values.put(ENABLED, "true");
        values.put(DIRECTORY, FOLDER.address(log.get()));
        values.put(
                JOB,
                Objects.requireNonNullElse(job.getMetadata().getNamespace(), "default") + "/"
                        + job.getMetadata().getName());
        // Whoever reads a log of a job that runs for weeks, or was killed, has all files but the last as they will
        // stay.
        values.put("spark.eventLog.rolling.enabled", "true");
        values.put("spark.eventLog.compress", "true");
        values.keySet().removeAll(job.getSpec().conf().keySet());
        return values;
    }

    static List<Volume> volumes(Attempt attempt) {
        return FOLDER.volumes(of(attempt.job(), attempt.settings().ui()));
    }

    static List<VolumeMount> mounts(Attempt attempt) {
        return FOLDER.mounts(of(attempt.job(), attempt.settings().ui()));
    }
}
