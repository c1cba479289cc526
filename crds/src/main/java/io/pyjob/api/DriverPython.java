package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** The script's container. */
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
public record DriverPython(
        @JsonPropertyDescription("Memory of the script's container.") @Default("512Mi")
        Quantity memory,

        @JsonPropertyDescription(
                "Memory that one of the driver's own Python workers (UDTFs with analyze, Python data sources) may have resident; the script itself is not counted. If there is none here, it follows from memory.")
        @Nullable
        Quantity workerMemory) {
    private static final Quantity DEFAULT_MEMORY = new Quantity("512Mi");
    public static final DriverPython DEFAULT = new DriverPython(DEFAULT_MEMORY, null);

    public DriverPython {
        memory = memory == null ? DEFAULT_MEMORY : memory;
    }
}
