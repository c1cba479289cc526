package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;

/** The container of warm Python workers beside each executor's JVM. */
@ValidationRule(value = Rules.PYTHON_MEMORY, message = Rules.PYTHON_MEMORY_MESSAGE, fieldPath = ".memory")
@ValidationRule(value = Rules.MOST_MEMORY, message = Rules.MOST_MEMORY_MESSAGE, fieldPath = ".memory")
public record ExecutorPython(
        @JsonPropertyDescription("Memory of all Python workers of an executor together.") @Default("1Gi")
        Quantity memory,

        @JsonPropertyDescription(
                "Modules that workers have imported before they get a task; one that is not there is left out.")
        @Default("[\"pyspark.worker\", \"pyarrow\", \"pandas\", \"numpy\"]")
        @Size(max = 100)
        List<@Pattern(Patterns.PYTHON_MODULE) @Size(max = 253) String> preload) {
    private static final Quantity DEFAULT_MEMORY = new Quantity("1Gi");
    private static final List<String> DEFAULT_PRELOAD = List.of("pyspark.worker", "pyarrow", "pandas", "numpy");
    public static final ExecutorPython DEFAULT = new ExecutorPython(DEFAULT_MEMORY, DEFAULT_PRELOAD);

    public ExecutorPython {
        memory = memory == null ? DEFAULT_MEMORY : memory;
        preload = preload == null ? DEFAULT_PRELOAD : List.copyOf(preload);
    }
}
