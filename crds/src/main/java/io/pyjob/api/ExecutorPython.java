package io.pyjob.api;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;

/** The container of warm Python workers beside each executor's JVM. */
public record ExecutorPython(Quantity memory, List<String> preload) {
    private static final Quantity DEFAULT_MEMORY = new Quantity("1Gi");
    private static final List<String> DEFAULT_PRELOAD = List.of("pyspark.worker", "pyarrow", "pandas", "numpy");
    public static final ExecutorPython DEFAULT = new ExecutorPython(DEFAULT_MEMORY, DEFAULT_PRELOAD);

    public ExecutorPython {
        memory = memory == null ? DEFAULT_MEMORY : memory;
        preload = preload == null ? DEFAULT_PRELOAD : List.copyOf(preload);
    }
}
