package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.pyjob.api.DriverPython;
import io.pyjob.api.MemoryLimit;
import io.pyjob.api.PodRole;
import io.pyjob.api.PythonSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The environment of each container. The variables that hold a path come first, and all other paths are written in terms of
 * them, {@code $(PYJOB_DIR)/...}: a pod's containers run anywhere once these few have other values.
 */
final class ContainerEnv {
    private static final EnvVar DIR = variable("PYJOB_DIR", Volumes.DIR);
    private static final EnvVar HOME = variable("PYJOB_HOME", "/opt/pyjob");
    private static final EnvVar CONF = variable("PYJOB_CONF", Volumes.CONF);
    private static final EnvVar WORK = variable("PYJOB_WORK", Volumes.WORK);
    private static final EnvVar SECRETS = variable("PYJOB_SECRETS", Volumes.SECRETS);
    private static final EnvVar SCRIPT = variable("PYJOB_SCRIPT", Volumes.SCRIPT);
    private static final EnvVar TERMINATION_LOG = variable("PYJOB_TERMINATION_LOG", "/dev/termination-log");

    /** Who Spark and Python think they are; the image need not know the user by number. */
    private static final String USER = "pyjob";

    private ContainerEnv() {}

    static List<EnvVar> ofDriverJvm(Attempt attempt) {
        List<EnvVar> env = new ArrayList<>(List.of(DIR, HOME, CONF, SECRETS, TERMINATION_LOG));
        jvm(attempt, PodRole.DRIVER, env);
        // Spark would ask for the host's name otherwise, and wait for a DNS server that does not know it.
        env.add(variable("SPARK_LOCAL_HOSTNAME", "$(PYJOB_POD_IP)"));
        env.add(variable("PYJOB_ATTEMPT", Integer.toString(attempt.number())));
        if (!attempt.settings().reportUrl().isEmpty()) {
            env.add(variable(
                    "PYJOB_REPORT_URL", attempt.settings().reportUrlOf(attempt.namespace(), attempt.jobName())));
        }
        env.addAll(SourceMounts.envOfDriverJvm(attempt.job().getSpec()));
        env.addAll(LogCopies.envOfJvm(attempt, "driver"));
        extraJavaOptions(attempt, SparkProperties.DRIVER_JAVA_OPTIONS, env);
        env.addAll(UserEnv.of(attempt.job().getSpec().jvm().env(), PodRole.DRIVER));
        return env;
    }

    static List<EnvVar> ofExecutorJvm(Attempt attempt, int executorId) {
        List<EnvVar> env = new ArrayList<>(List.of(DIR, HOME, SECRETS, TERMINATION_LOG));
        jvm(attempt, PodRole.EXECUTORS, env);
        env.add(variable("PYJOB_EXECUTOR_ID", Integer.toString(executorId)));
        env.add(variable(
                "PYJOB_CORES",
                Integer.toString(attempt.job().getSpec().executors().cores())));
        if (attempt.settings().hasExecutorMetrics()) {
            env.add(variable(
                    "PYJOB_METRICS_PORT", Integer.toString(attempt.settings().executorMetricsPort())));
        }
        env.addAll(PackageEnv.ofExecutorJvm(attempt.job().getSpec().python()));
        env.addAll(SourceMounts.envOfExecutorJvm(attempt.job().getSpec().jvm()));
        env.addAll(LogCopies.envOfJvm(attempt, "executor-" + executorId));
        extraJavaOptions(attempt, SparkProperties.EXECUTOR_JAVA_OPTIONS, env);
        env.addAll(UserEnv.of(attempt.job().getSpec().jvm().env(), PodRole.EXECUTORS));
        return env;
    }

    static List<EnvVar> ofDriverPython(Attempt attempt) {
        List<EnvVar> paths = new ArrayList<>(List.of(DIR, CONF, WORK));
        if (attempt.job().getSpec().script().configMap() != null) {
            paths.add(SCRIPT);
        }
        paths.addAll(SourceMounts.envOfDriverPython(attempt.job().getSpec()));
        Map<String, String> more = new LinkedHashMap<>();
        PythonSpec spec = attempt.job().getSpec().python();
        putLines(more, "PYJOB_PY_FILES", spec.modules());
        putLines(more, "PYJOB_ARCHIVES", spec.archives());
        DriverPython python = attempt.job().getSpec().driver().python();
        more.put("PYJOB_PYTHON_MEMORY", bytes(python.memory()));
        if (python.workerMemory() != null) {
            more.put("PYJOB_WORKER_MEMORY", bytes(python.workerMemory()));
        }
        Map<String, String> annotations = attempt.job().getMetadata().getAnnotations();
        String scheduledFor = annotations == null ? null : annotations.get(Labels.SCHEDULED_FOR);
        if (scheduledFor != null) {
            more.put("PYJOB_SCHEDULED_FOR", VariableReferences.escape(scheduledFor));
        }
        return python(attempt, PodRole.DRIVER, paths, more);
    }

    /** A worker is one task: its numeric libraries get the task's cores, not the node's. */
    static List<EnvVar> ofExecutorPython(Attempt attempt, int executorId) {
        Map<String, String> more = new LinkedHashMap<>();
        more.put("PYJOB_EXECUTOR_ID", Integer.toString(executorId));
        more.put("OMP_NUM_THREADS", SparkProperties.of(attempt.job()).taskCores());
        List<EnvVar> paths = new ArrayList<>(List.of(DIR));
        paths.addAll(SourceMounts.envOfPython(attempt.job().getSpec().python()));
        return python(attempt, PodRole.EXECUTORS, paths, more);
    }

    private static void putLines(Map<String, String> env, String name, List<String> lines) {
        if (!lines.isEmpty()) {
            env.put(name, VariableReferences.escape(String.join("\n", lines)));
        }
    }

    private static String bytes(Quantity memory) {
        return Long.toString(MemoryLimit.of(memory).bytes());
    }

    private static void jvm(Attempt attempt, PodRole pod, List<EnvVar> env) {
        SparkProperties properties = SparkProperties.of(attempt.job());
        env.add(variable("PYJOB_CODE", "$(PYJOB_DIR)/code"));
        env.add(variable("PYJOB_JOB", attempt.title()));
        env.add(new EnvVarBuilder()
                .withName("PYJOB_POD_IP")
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("status.podIP")
                .endFieldRef()
                .endValueFrom()
                .build());
        env.add(variable("PYJOB_DRIVER_HOST", attempt.driverHost()));
        env.add(variable("PYJOB_DRIVER_PORT", Integer.toString(properties.driverPort())));
        env.add(variable("PYJOB_APP_ID", attempt.applicationId()));
        env.addAll(UserVolumes.localDirs(attempt.job(), pod, "$(PYJOB_DIR)/local"));
        env.add(variable("SPARK_USER", USER));
    }

    /** The java launcher reads this variable itself, quotes and all; what is on our command line still wins. */
    private static void extraJavaOptions(Attempt attempt, String key, List<EnvVar> env) {
        String options = attempt.job().getSpec().conf().getOrDefault(key, "");
        if (!options.isBlank()) {
            env.add(variable("JDK_JAVA_OPTIONS", VariableReferences.escape(options)));
        }
    }

    private static List<EnvVar> python(Attempt attempt, PodRole pod, List<EnvVar> paths, Map<String, String> more) {
        Map<String, EnvVar> env = new LinkedHashMap<>();
        paths.forEach(v -> env.put(v.getName(), v));
        PackageEnv.ofPython(attempt.job().getSpec().python()).forEach(v -> env.put(v.getName(), v));
        LogCopies.envOfPython(attempt).forEach(v -> env.put(v.getName(), v));
        put(env, "PYJOB_TERMINATION_LOG", TERMINATION_LOG.getValue());
        put(env, "PYJOB_CODE", "$(PYJOB_DIR)/code");
        put(env, "PYJOB_JOB", attempt.title());
        put(env, "TMPDIR", "$(PYJOB_DIR)/tmp");
        // The user has no entry in the image's /etc/passwd, and libraries keep caches at home.
        put(env, "HOME", "$(PYJOB_DIR)/work");
        put(env, "USER", USER);
        put(env, "LOGNAME", USER);
        // As spark-submit does: hash() must put a key in the same partition in every Python of the job...
        put(env, "PYTHONHASHSEED", "0");
        // ...and logs come line by line.
        put(env, "PYTHONUNBUFFERED", "1");
        // Arrow's other allocators start a thread at import, and workers are forked after that.
        put(env, "ARROW_DEFAULT_MEMORY_POOL", "system");
        more.forEach((name, value) -> put(env, name, value));
        // Last, so that they win; names that begin with PYJOB_ are refused before this is asked.
        UserEnv.of(attempt.job().getSpec().python().env(), pod).forEach(v -> env.put(v.getName(), v));
        return List.copyOf(env.values());
    }

    private static void put(Map<String, EnvVar> env, String name, String value) {
        env.put(name, variable(name, value));
    }

    static EnvVar variable(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }
}
