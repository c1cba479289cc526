package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the user asks for. Parts that JSON leaves out take their defaults here, so that no reader checks again. */
@ValidationRule(value = Rules.SPARK_KEYS, message = Rules.SPARK_KEYS_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.OWN_KEYS, message = Rules.OWN_KEYS_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.DRIVER_PORT, message = Rules.DRIVER_PORT_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.BLOCK_MANAGER_PORT, message = Rules.BLOCK_MANAGER_PORT_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.TWO_PORTS, message = Rules.TWO_PORTS_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.IVY_SETTINGS, message = Rules.IVY_SETTINGS_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.SAME_SCRIPT, message = Rules.SAME_MESSAGE, fieldPath = ".script")
@ValidationRule(value = Rules.SAME_ARGS, message = Rules.SAME_MESSAGE, fieldPath = ".args")
@ValidationRule(value = Rules.SAME_PYTHON, message = Rules.SAME_MESSAGE, fieldPath = ".python")
@ValidationRule(value = Rules.ONE_VOLUME_EACH, message = Rules.ONE_VOLUME_EACH_MESSAGE, fieldPath = ".volumes")
@ValidationRule(value = Rules.SAME_JVM, message = Rules.SAME_MESSAGE, fieldPath = ".jvm")
@ValidationRule(value = Rules.SAME_VOLUMES, message = Rules.SAME_MESSAGE, fieldPath = ".volumes")
@ValidationRule(value = Rules.SAME_DRIVER, message = Rules.SAME_MESSAGE, fieldPath = ".driver")
@ValidationRule(value = Rules.SAME_PODS, message = Rules.SAME_MESSAGE, fieldPath = ".pods")
@ValidationRule(value = Rules.SAME_QUEUE, message = Rules.SAME_MESSAGE, fieldPath = ".queue")
@ValidationRule(value = Rules.KUEUE_GANG, message = Rules.KUEUE_GANG_MESSAGE, fieldPath = ".queue")
@ValidationRule(
        value = Rules.KUEUE_GANG_SIZE,
        message = Rules.KUEUE_GANG_SIZE_MESSAGE,
        fieldPath = ".executors.instances")
@ValidationRule(value = Rules.QUEUE_SCHEDULER, message = Rules.QUEUE_SCHEDULER_MESSAGE, fieldPath = ".queue")
@ValidationRule(value = Rules.SAME_CONF, message = Rules.SAME_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.EVENT_LOG_CONF, message = Rules.EVENT_LOG_CONF_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.SAME_EVENT_LOG, message = Rules.SAME_MESSAGE, fieldPath = ".eventLog")
@ValidationRule(value = Rules.SAME_LOGS, message = Rules.SAME_MESSAGE, fieldPath = ".logs")
public record PyJobSpec(
        @JsonPropertyDescription("Where the PySpark script is: exactly one of inline, configMap, path and url.")
        @Required
        ScriptSource script,

        @JsonPropertyDescription("Arguments of the script.") @Size(max = 1000)
        List<@Size(max = 131_072) String> args,

        @JsonPropertyDescription(
                "The Python of the script and of its functions; the same in the driver and in every executor.")
        PythonSpec python,

        @JsonPropertyDescription("What the JVM containers of the driver and of the executors get.")
        JvmSpec jvm,

        @JsonPropertyDescription(
                "Folders for the job's containers: claims, Secrets and ConfigMaps as files, scratch space.")
        @Size(max = 50)
        List<VolumeSpec> volumes,

        @JsonPropertyDescription("The driver pod: Spark's driver JVM, and the script beside it.") @Default("{}")
        DriverSpec driver,

        @JsonPropertyDescription("The executor pods.") @Default("{}")
        ExecutorsSpec executors,

        @JsonPropertyDescription(
                "Settings of Spark. Those that PyJob sets itself are refused: say instances, cores and memory in executors and driver.")
        @Size(max = 500)
        Map<String, @Size(max = 4096) String> conf,

        @JsonPropertyDescription(
                "Whether the job waits: it has no pods as long as this is true. Setting it ends a job that runs; clearing it begins a new attempt.")
        @Default("false")
        Boolean suspend,

        @JsonPropertyDescription("When the script is run again.") @Default("{}")
        RestartSpec restart,

        @JsonPropertyDescription("How long the job may take.") @Default("{}")
        TimeoutSpec timeout,

        @JsonPropertyDescription("What is deleted by itself when the job has ended, and when.") @Default("{}")
        TtlSpec ttlAfterFinished,

        @JsonPropertyDescription(
                "What all pods of the job are to have beside what PyJob makes them of: where they run, as whom, and what stands beside its containers.")
        @Nullable
        PodFields pods,

        @JsonPropertyDescription(
                "The queue of a batch scheduler that the job's pods wait in; none if there is nothing here.")
        @Nullable
        QueueSpec queue,

        @JsonPropertyDescription(
                "Where Spark writes its event log, from which its UI is shown after the job's end; what the installation has for all jobs if there is none here.")
        @Nullable
        LogPlace eventLog,

        @JsonPropertyDescription(
                "Where what the job's containers write is copied to, to be read when their pods are gone; what the installation has for all jobs if there is none here.")
        @Nullable
        LogPlace logs) {

    public PyJobSpec {
        args = args == null ? List.of() : List.copyOf(args);
        python = python == null ? PythonSpec.DEFAULT : python;
        jvm = jvm == null ? JvmSpec.DEFAULT : jvm;
        volumes = volumes == null ? List.of() : List.copyOf(volumes);
        driver = driver == null ? DriverSpec.DEFAULT : driver;
        executors = executors == null ? ExecutorsSpec.DEFAULT : executors;
        conf = conf == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(conf));
        suspend = suspend != null && suspend;
        restart = restart == null ? RestartSpec.DEFAULT : restart;
        timeout = timeout == null ? TimeoutSpec.NONE : timeout;
        ttlAfterFinished = ttlAfterFinished == null ? TtlSpec.NONE : ttlAfterFinished;
    }

    /** A job with nothing but the most needful. */
    public PyJobSpec(
            ScriptSource script,
            List<String> args,
            PythonSpec python,
            DriverSpec driver,
            ExecutorsSpec executors,
            Map<String, String> conf) {
        this(
                script,
                args,
                python,
                JvmSpec.DEFAULT,
                List.of(),
                driver,
                executors,
                conf,
                false,
                RestartSpec.DEFAULT,
                TimeoutSpec.NONE,
                TtlSpec.NONE,
                null,
                null,
                null,
                null);
    }

    /** The same with another script and Python. */
    public PyJobSpec with(ScriptSource script, PythonSpec python) {
        return but(other -> {
            other.script = script;
            other.python = python;
        });
    }

    /** The same with other executors. */
    public PyJobSpec with(ExecutorsSpec executors) {
        return but(other -> other.executors = executors);
    }

    /** The same with other settings of Spark. */
    public PyJobSpec withConf(Map<String, String> conf) {
        return but(other -> other.conf = conf);
    }

    /** The same, run at other times. */
    public PyJobSpec with(boolean suspend, RestartSpec restart, TimeoutSpec timeout, TtlSpec ttlAfterFinished) {
        return but(other -> {
            other.suspend = suspend;
            other.restart = restart;
            other.timeout = timeout;
            other.ttlAfterFinished = ttlAfterFinished;
        });
    }

    /** The same, of a job that does not wait to be resumed. */
    public PyJobSpec resumed() {
        return but(other -> other.suspend = false);
    }

    /** The same with another place for its event log. */
    public PyJobSpec withEventLog(@Nullable LogPlace eventLog) {
        return but(other -> other.eventLog = eventLog);
    }

    /** The same with another place for copies of what its containers write. */
    public PyJobSpec withLogs(@Nullable LogPlace logs) {
        return but(other -> other.logs = logs);
    }

    /** The same with something else said of its pods. */
    public PyJobSpec withPods(@Nullable PodFields pods) {
        return but(other -> other.pods = pods);
    }

    /** The same for a machine that has no cluster: nothing is said of pods and queues, which it has not. */
    public PyJobSpec withoutCluster() {
        return but(other -> {
            other.driver = driver.with(null);
            other.executors = executors.with(null);
            other.pods = null;
            other.queue = null;
        });
    }

    private PyJobSpec but(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return parts.spec();
    }

    /** A copy in the making. */
    private static final class Parts {
        private ScriptSource script;
        private final List<String> args;
        private PythonSpec python;
        private final JvmSpec jvm;
        private final List<VolumeSpec> volumes;
        private DriverSpec driver;
        private ExecutorsSpec executors;
        private Map<String, String> conf;
        private Boolean suspend;
        private RestartSpec restart;
        private TimeoutSpec timeout;
        private TtlSpec ttlAfterFinished;
        private @Nullable PodFields pods;
        private @Nullable QueueSpec queue;
        private @Nullable LogPlace eventLog;
        private @Nullable LogPlace logs;

        Parts(PyJobSpec of) {
            script = of.script;
            args = of.args;
            python = of.python;
            jvm = of.jvm;
            volumes = of.volumes;
            driver = of.driver;
            executors = of.executors;
            conf = of.conf;
            suspend = of.suspend;
            restart = of.restart;
            timeout = of.timeout;
            ttlAfterFinished = of.ttlAfterFinished;
            pods = of.pods;
            queue = of.queue;
            eventLog = of.eventLog;
            logs = of.logs;
        }

        PyJobSpec spec() {
            return new PyJobSpec(
                    script,
                    args,
                    python,
                    jvm,
                    volumes,
                    driver,
                    executors,
                    conf,
                    suspend,
                    restart,
                    timeout,
                    ttlAfterFinished,
                    pods,
                    queue,
                    eventLog,
                    logs);
        }
    }

    /** What is said of pods and queues, which a machine without a cluster has not. */
    public List<String> saidOfCluster() {
        Map<String, Object> said = new TreeMap<>();
        said.computeIfAbsent("spec.pods", name -> pods);
        said.computeIfAbsent("spec.queue", name -> queue);
        said.computeIfAbsent("spec.driver.pod", name -> driver.pod());
        said.computeIfAbsent("spec.executors.pod", name -> executors.pod());
        return List.copyOf(said.keySet());
    }
}
