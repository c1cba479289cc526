package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** The driver pod: Spark's driver JVM, and the script beside it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.LEAST_CPU, message = Rules.LEAST_CPU_MESSAGE, fieldPath = ".cpu")
@ValidationRule(value = Rules.MOST_CPU, message = Rules.MOST_CPU_MESSAGE, fieldPath = ".cpu")
@ValidationRule(value = Rules.JVM_MEMORY, message = Rules.JVM_MEMORY_MESSAGE, fieldPath = ".memory")
@ValidationRule(value = Rules.MOST_MEMORY, message = Rules.MOST_MEMORY_MESSAGE, fieldPath = ".memory")
public record DriverSpec(
        @JsonPropertyDescription("CPUs of the driver.") @Default("1") @Min(1) @Max(1024)
        Integer cores,

        @JsonPropertyDescription(
                "CPU that the driver's pod asks the scheduler for, half for each of its containers; as much as cores if there is none here. It may use more if there is more.")
        @Nullable
        Quantity cpu,

        @JsonPropertyDescription(
                "Memory of the driver's JVM container; its heap is this less the greater of 384Mi and a tenth.")
        @Default("1Gi")
        Quantity memory,

        @JsonPropertyDescription("The script's own container.") @Default("{}")
        DriverPython python,

        @JsonPropertyDescription("What the driver's pod is to have beside pods; where both say the same, this holds.")
        @Nullable
        PodFields pod) {
    private static final Quantity DEFAULT_MEMORY = new Quantity("1Gi");
    public static final DriverSpec DEFAULT = new DriverSpec(1, null, DEFAULT_MEMORY, DriverPython.DEFAULT);

    public DriverSpec {
        cores = cores == null ? 1 : cores;
        memory = memory == null ? DEFAULT_MEMORY : memory;
        python = python == null ? DriverPython.DEFAULT : python;
    }

    /** A driver whose pod has nothing of its own. */
    public DriverSpec(Integer cores, @Nullable Quantity cpu, Quantity memory, DriverPython python) {
        this(cores, cpu, memory, python, null);
    }

    /** The same with something else said of its pod. */
    public DriverSpec with(@Nullable PodFields said) {
        return new DriverSpec(cores, cpu, memory, python, said);
    }
}
