package io.pyjob.api;

import io.fabric8.kubernetes.api.model.Quantity;

/** The script's container. */
public record DriverPython(Quantity memory) {
    private static final Quantity DEFAULT_MEMORY = new Quantity("512Mi");
    public static final DriverPython DEFAULT = new DriverPython(DEFAULT_MEMORY);

    public DriverPython {
        memory = memory == null ? DEFAULT_MEMORY : memory;
    }
}
