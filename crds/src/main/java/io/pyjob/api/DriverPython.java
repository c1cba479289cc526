package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;

/** The script's container. */
@ValidationRule(value = Rules.PYTHON_MEMORY, message = Rules.PYTHON_MEMORY_MESSAGE, fieldPath = ".memory")
@ValidationRule(value = Rules.MOST_MEMORY, message = Rules.MOST_MEMORY_MESSAGE, fieldPath = ".memory")
public record DriverPython(
        @JsonPropertyDescription("Memory of the script's container.") @Default("512Mi")
        Quantity memory) {
    private static final Quantity DEFAULT_MEMORY = new Quantity("512Mi");
    public static final DriverPython DEFAULT = new DriverPython(DEFAULT_MEMORY);

    public DriverPython {
        memory = memory == null ? DEFAULT_MEMORY : memory;
    }
}
