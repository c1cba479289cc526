package io.pyjob.api;

import io.fabric8.kubernetes.api.model.Quantity;

/** The driver pod: Spark's driver JVM, and the script beside it. */
public record DriverSpec(Integer cores, Quantity memory, DriverPython python) {
    private static final Quantity DEFAULT_MEMORY = new Quantity("1Gi");
    public static final DriverSpec DEFAULT = new DriverSpec(1, DEFAULT_MEMORY, DriverPython.DEFAULT);

    public DriverSpec {
        cores = cores == null ? 1 : cores;
        memory = memory == null ? DEFAULT_MEMORY : memory;
        python = python == null ? DriverPython.DEFAULT : python;
    }
}
