package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Quantity;

/** How a JVM container's memory limit is divided. */
final class JvmMemory {
    private static final long MEBIBYTE = 1024 * 1024;
    private static final long LEAST_OVERHEAD_MEBIBYTES = 384;

    private JvmMemory() {}

    /** The heap, given the container's limit: the rest is for what a JVM needs beside its heap. */
    static long heapMebibytes(Quantity limit) {
        long mebibytes = limit.getNumericalAmount().longValue() / MEBIBYTE;
        return mebibytes - Math.max(LEAST_OVERHEAD_MEBIBYTES, mebibytes / 10);
    }
}
