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
import org.jspecify.annotations.Nullable;

/** What the user asks for. Parts that JSON leaves out take their defaults here, so that no reader checks again. */
@ValidationRule(value = Rules.SPARK_KEYS, message = Rules.SPARK_KEYS_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.OWN_KEYS, message = Rules.OWN_KEYS_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.DRIVER_PORT, message = Rules.DRIVER_PORT_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.BLOCK_MANAGER_PORT, message = Rules.BLOCK_MANAGER_PORT_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.TWO_PORTS, message = Rules.TWO_PORTS_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.SAME_SCRIPT, message = Rules.SAME_MESSAGE, fieldPath = ".script")
@ValidationRule(value = Rules.SAME_ARGS, message = Rules.SAME_MESSAGE, fieldPath = ".args")
@ValidationRule(value = Rules.SAME_PYTHON, message = Rules.SAME_MESSAGE, fieldPath = ".python")
@ValidationRule(value = Rules.SAME_DRIVER, message = Rules.SAME_MESSAGE, fieldPath = ".driver")
@ValidationRule(value = Rules.SAME_CONF, message = Rules.SAME_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.EVENT_LOG_CONF, message = Rules.EVENT_LOG_CONF_MESSAGE, fieldPath = ".conf")
@ValidationRule(value = Rules.SAME_EVENT_LOG, message = Rules.SAME_MESSAGE, fieldPath = ".eventLog")
public record PyJobSpec(
        @JsonPropertyDescription("Where the PySpark script is: exactly one of inline, configMap, path and url.")
        @Required
        ScriptSource script,

        @JsonPropertyDescription("Arguments of the script.") @Size(max = 1000)
        List<@Size(max = 131_072) String> args,

        @JsonPropertyDescription(
                "The Python of the script and of its functions; the same in the driver and in every executor.")
        PythonSpec python,

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
                "Where Spark writes its event log, from which its UI is shown after the job's end; what the installation has for all jobs if there is none here.")
        @Nullable
        EventLogSpec eventLog) {

    public PyJobSpec {
        args = args == null ? List.of() : List.copyOf(args);
        python = python == null ? PythonSpec.DEFAULT : python;
        driver = driver == null ? DriverSpec.DEFAULT : driver;
        executors = executors == null ? ExecutorsSpec.DEFAULT : executors;
        conf = conf == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(conf));
        suspend = suspend != null && suspend;
        restart = restart == null ? RestartSpec.DEFAULT : restart;
        timeout = timeout == null ? TimeoutSpec.NONE : timeout;
        ttlAfterFinished = ttlAfterFinished == null ? TtlSpec.NONE : ttlAfterFinished;
    }

    /** A job that says nothing of when it is run. */
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
                driver,
                executors,
                conf,
                false,
                RestartSpec.DEFAULT,
                TimeoutSpec.NONE,
                TtlSpec.NONE,
                null);
    }

    /** The same with another script and Python. */
    public PyJobSpec with(ScriptSource script, PythonSpec python) {
        return new PyJobSpec(
                script, args, python, driver, executors, conf, suspend, restart, timeout, ttlAfterFinished, eventLog);
    }

    /** The same with another place for its event log. */
    public PyJobSpec with(@Nullable EventLogSpec place) {
        return new PyJobSpec(
                script, args, python, driver, executors, conf, suspend, restart, timeout, ttlAfterFinished, place);
    }

    /** The same, of a job that does not wait to be resumed. */
    public PyJobSpec resumed() {
        return new PyJobSpec(
                script, args, python, driver, executors, conf, false, restart, timeout, ttlAfterFinished, eventLog);
    }
}
