package io.pyjob.executor.python;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;

/**
 * Which GPUs a task's worker sees: those that Spark has given to the task. What a process has once begun with a GPU it has for
 * good, so workers of different GPUs are different kinds, and none is used for a task of another GPU.
 */
final class TaskGpus {
    /** NVIDIA's; AMD's libraries read it too. */
    static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

    private static final String GPU = "gpu";

    private TaskGpus() {}

    /** A worker's environment; what the script has said of its own stays. */
    static Map<String, String> environment(Map<String, String> env, @Nullable TaskContext task) {
        ResourceInformation gpus = task == null ? null : task.resourcesJMap().get(GPU);
        if (gpus == null || env.containsKey(VISIBLE)) {
            return env;
        }
        Map<String, String> seeing = new TreeMap<>(env);
        seeing.put(VISIBLE, String.join(",", gpus.addresses()));
        return seeing;
    }
}
