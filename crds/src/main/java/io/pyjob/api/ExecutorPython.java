package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The container of warm Python workers beside each executor's JVM. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.PYTHON_MEMORY, message = Rules.PYTHON_MEMORY_MESSAGE, fieldPath = ".memory")
@ValidationRule(value = Rules.MOST_MEMORY, message = Rules.MOST_MEMORY_MESSAGE, fieldPath = ".memory")
@ValidationRule(
        value = Rules.LEAST_WORKER_MEMORY,
        message = Rules.LEAST_WORKER_MEMORY_MESSAGE,
        fieldPath = ".workerMemory")
@ValidationRule(
        value = Rules.MOST_WORKER_MEMORY,
        message = Rules.MOST_WORKER_MEMORY_MESSAGE,
        fieldPath = ".workerMemory")
public record ExecutorPython(
        @JsonPropertyDescription("Memory of all Python workers of an executor together.") @Default("1Gi")
        Quantity memory,

        @JsonPropertyDescription(
                "Memory that one Python worker may have resident; one that takes more is ended, and its task fails with the reason. If there is none here: twice a worker's fair share of memory, less what all workers share.")
        @Nullable
        Quantity workerMemory,

        @JsonPropertyDescription(
                "After so many tasks a worker is replaced by a fresh one, for libraries that leak; no limit if there is none here.")
        @Min(1)
        @Max(1_000_000_000)
        @Nullable
        Integer maxTasksPerWorker,

        @JsonPropertyDescription("How long a worker without a task waits for the next before it is let go.")
        @Default("60s")
        @Pattern(Patterns.DURATION)
        String idleTimeout,

        @JsonPropertyDescription(
                "Modules that workers have imported before they get a task; one that is not there is left out.")
        @Default("[\"pyspark.worker\", \"pyarrow\", \"pandas\", \"numpy\"]")
        @Size(max = 100)
        List<@Pattern(Patterns.PYTHON_MODULE) @Size(max = 253) String> preload) {
    private static final Quantity DEFAULT_MEMORY = new Quantity("1Gi");
    private static final String DEFAULT_IDLE_TIMEOUT = "60s";
    private static final List<String> DEFAULT_PRELOAD = List.of("pyspark.worker", "pyarrow", "pandas", "numpy");
    public static final ExecutorPython DEFAULT =
            new ExecutorPython(DEFAULT_MEMORY, null, null, DEFAULT_IDLE_TIMEOUT, DEFAULT_PRELOAD);

    public ExecutorPython {
        memory = memory == null ? DEFAULT_MEMORY : memory;
        idleTimeout = idleTimeout == null ? DEFAULT_IDLE_TIMEOUT : idleTimeout;
        preload = preload == null ? DEFAULT_PRELOAD : List.copyOf(preload);
    }
}
