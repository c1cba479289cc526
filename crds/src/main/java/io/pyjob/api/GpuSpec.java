package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** The GPUs of each executor: its Python container has them, and Spark hands them out to tasks. */
public record GpuSpec(
        @JsonPropertyDescription("What nodes call their GPUs, such as nvidia.com/gpu or amd.com/gpu.")
        @Default("nvidia.com/gpu")
        @Pattern(Patterns.RESOURCE_NAME)
        @Size(max = 317)
        String resource,

        @JsonPropertyDescription("How many GPUs each executor has.") @Default("1") @Min(1) @Max(64)
        Integer count,

        @JsonPropertyDescription("How many tasks share one GPU. Each task is told which one it has.")
        @Default("1")
        @Min(1)
        @Max(64)
        Integer tasksPerGpu) {
    private static final String NVIDIA = "nvidia.com/gpu";

    public GpuSpec {
        resource = resource == null ? NVIDIA : resource;
        count = count == null ? 1 : count;
        tasksPerGpu = tasksPerGpu == null ? 1 : tasksPerGpu;
    }

    /** How many tasks all GPUs of an executor take at once. */
    public int slots() {
        return count * tasksPerGpu;
    }
}
