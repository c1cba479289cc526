package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import org.jspecify.annotations.Nullable;

/** The executor pods. With min and max Spark itself chooses a number between them; else instances is the number. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.BOTH_BOUNDS, message = Rules.BOTH_BOUNDS_MESSAGE)
@ValidationRule(value = Rules.ORDERED_BOUNDS, message = Rules.ORDERED_BOUNDS_MESSAGE)
@ValidationRule(value = Rules.LEAST_CPU, message = Rules.LEAST_CPU_MESSAGE, fieldPath = ".cpu")
@ValidationRule(value = Rules.MOST_CPU, message = Rules.MOST_CPU_MESSAGE, fieldPath = ".cpu")
@ValidationRule(value = Rules.JVM_MEMORY, message = Rules.JVM_MEMORY_MESSAGE, fieldPath = ".memory")
@ValidationRule(value = Rules.MOST_MEMORY, message = Rules.MOST_MEMORY_MESSAGE, fieldPath = ".memory")
@ValidationRule(value = Rules.SAME_MIN, message = Rules.SAME_MESSAGE, fieldPath = ".min")
@ValidationRule(value = Rules.SAME_MAX, message = Rules.SAME_MESSAGE, fieldPath = ".max")
@ValidationRule(value = Rules.SAME_CORES, message = Rules.SAME_MESSAGE, fieldPath = ".cores")
@ValidationRule(value = Rules.SAME_CPU, message = Rules.SAME_MESSAGE, fieldPath = ".cpu")
@ValidationRule(value = Rules.SAME_MEMORY, message = Rules.SAME_MESSAGE, fieldPath = ".memory")
@ValidationRule(value = Rules.SAME_GPU, message = Rules.SAME_MESSAGE, fieldPath = ".gpu")
@ValidationRule(value = Rules.SAME_POD, message = Rules.SAME_MESSAGE, fieldPath = ".pod")
@ValidationRule(value = Rules.SAME_PYTHON, message = Rules.SAME_MESSAGE, fieldPath = ".python")
public record ExecutorsSpec(
        @JsonPropertyDescription("How many executors; how many at first if there are min and max.")
        @Default("2")
        @Min(0)
        @Max(10_000)
        @SpecReplicas
        Integer instances,

        @JsonPropertyDescription(
                "At least so many; with max, Spark chooses how many executors it has by the work there is.")
        @Min(0)
        @Max(10_000)
        @Nullable
        Integer min,

        @JsonPropertyDescription("At most so many; with min.") @Min(1) @Max(10_000) @Nullable
        Integer max,

        @JsonPropertyDescription("CPUs of each executor, and how many tasks it runs at once.")
        @Default("1")
        @Min(1)
        @Max(1024)
        Integer cores,

        @JsonPropertyDescription(
                "CPU that each executor's pod asks the scheduler for, half for each of its containers; as much as cores if there is none here. It may use more if there is more.")
        @Nullable
        Quantity cpu,

        @JsonPropertyDescription(
                "Memory of each executor's JVM container; its heap is this less the greater of 384Mi and a tenth.")
        @Default("1Gi")
        Quantity memory,

        @JsonPropertyDescription("The container of Python workers beside each executor's JVM.") @Default("{}")
        ExecutorPython python,

        @JsonPropertyDescription("The GPUs of each executor; none if there is nothing here.") @Nullable
        GpuSpec gpu,

        @JsonPropertyDescription(
                "What the executors' pods are to have beside pods; where both say the same, this holds.")
        @Nullable
        PodFields pod) {
    private static final Quantity DEFAULT_MEMORY = new Quantity("1Gi");
    public static final ExecutorsSpec DEFAULT =
            new ExecutorsSpec(2, null, null, 1, null, DEFAULT_MEMORY, ExecutorPython.DEFAULT);

    public ExecutorsSpec {
        instances = instances == null ? 2 : instances;
        cores = cores == null ? 1 : cores;
        memory = memory == null ? DEFAULT_MEMORY : memory;
        python = python == null ? ExecutorPython.DEFAULT : python;
    }

    /** Executors without GPUs, whose pods have nothing of their own. */
    public ExecutorsSpec(
            Integer instances,
            @Nullable Integer min,
            @Nullable Integer max,
            Integer cores,
            @Nullable Quantity cpu,
            Quantity memory,
            ExecutorPython python) {
        this(instances, min, max, cores, cpu, memory, python, null, null);
    }

    /** The same with something else said of their pods. */
    public ExecutorsSpec with(@Nullable PodFields said) {
        return new ExecutorsSpec(instances, min, max, cores, cpu, memory, python, gpu, said);
    }
}
