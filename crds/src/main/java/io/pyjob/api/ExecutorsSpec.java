package io.pyjob.api;

import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** The executor pods. With min and max Spark itself chooses a number between them; else instances is the number. */
public record ExecutorsSpec(
        Integer instances,
        @Nullable Integer min,
        @Nullable Integer max,
        Integer cores,
        Quantity memory,
        ExecutorPython python) {
    private static final Quantity DEFAULT_MEMORY = new Quantity("1Gi");
    public static final ExecutorsSpec DEFAULT =
            new ExecutorsSpec(2, null, null, 1, DEFAULT_MEMORY, ExecutorPython.DEFAULT);

    public ExecutorsSpec {
        instances = instances == null ? 2 : instances;
        cores = cores == null ? 1 : cores;
        memory = memory == null ? DEFAULT_MEMORY : memory;
        python = python == null ? ExecutorPython.DEFAULT : python;
    }
}
