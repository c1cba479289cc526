package io.pyjob.operator.pods;

import io.pyjob.api.PyJob;
import java.util.Map;
import java.util.TreeMap;

/** The labels of a job's objects. */
public final class Labels {
    /** The job, as {@link JobNames#base}. */
    public static final String JOB = "pyjob.io/job";

    /** {@link #DRIVER} or {@link #EXECUTOR}; only on pods. */
    public static final String ROLE = "pyjob.io/role";

    public static final String ATTEMPT = "pyjob.io/attempt";
    public static final String EXECUTOR_ID = "pyjob.io/executor-id";
    public static final String DRIVER = "driver";
    public static final String EXECUTOR = "executor";

    /** An annotation of a job that a schedule has started: the time that it is for. */
    public static final String SCHEDULED_FOR = "pyjob.io/scheduled-for";

    private Labels() {}

    /** Those of every object of the job. */
    public static Map<String, String> of(PyJob job) {
        return common(job);
    }

    /** What the driver's Service selects by. Attempts share the Service: an ended pod is no endpoint any more. */
    static Map<String, String> driverSelector(PyJob job) {
        return new TreeMap<>(Map.of(JOB, JobNames.of(job).base(), ROLE, DRIVER));
    }

    static Map<String, String> driver(Attempt attempt) {
        return pod(attempt, DRIVER);
    }

    static Map<String, String> executor(Attempt attempt, int executorId) {
        Map<String, String> labels = pod(attempt, EXECUTOR);
        labels.put(EXECUTOR_ID, Integer.toString(executorId));
        return labels;
    }

    private static Map<String, String> pod(Attempt attempt, String role) {
        Map<String, String> labels = common(attempt.job());
        labels.put("app.kubernetes.io/component", role);
        labels.put(ROLE, role);
        labels.put(ATTEMPT, Integer.toString(attempt.number()));
        return labels;
    }

    private static Map<String, String> common(PyJob job) {
        String base = JobNames.of(job).base();
        Map<String, String> labels = new TreeMap<>();
        labels.put("app.kubernetes.io/name", "pyjob");
        labels.put("app.kubernetes.io/instance", base);
        labels.put("app.kubernetes.io/managed-by", "pyjob");
        labels.put(JOB, base);
        return labels;
    }
}
