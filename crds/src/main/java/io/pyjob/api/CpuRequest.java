package io.pyjob.api;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The CPU that a pod asks the scheduler for, in thousandths. */
public record CpuRequest(long millis) {

    /** {@code cpu} if the manifest says so, else what {@code cores} tasks at a time can use. */
    public static CpuRequest of(@Nullable Quantity cpu, int cores) {
        BigDecimal cpus = cpu == null ? BigDecimal.valueOf(cores) : cpu.getNumericalAmount();
        return new CpuRequest(cpus.movePointRight(3).longValue());
    }
}
