package io.pyjob.api;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;

/** The memory limit of a container. */
public record MemoryLimit(long bytes) {
    private static final long LEAST_OVERHEAD_MEBIBYTES = 384;

    /** A quantity that is more than a {@code long} can hold counts as the most that it can. */
    public static MemoryLimit of(Quantity quantity) {
        BigDecimal bytes = quantity.getNumericalAmount();
        return new MemoryLimit(bytes.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue());
    }

    /** The heap of a JVM with this limit: the rest is for what a JVM needs beside its heap. */
    public long jvmHeapMebibytes() {
        long mebibytes = bytes >> 20;
        return mebibytes - Math.max(LEAST_OVERHEAD_MEBIBYTES, mebibytes / 10);
    }
}
