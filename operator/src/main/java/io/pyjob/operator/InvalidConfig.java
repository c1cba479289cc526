package io.pyjob.operator;

import java.util.List;

/** The environment does not make a configuration. */
public final class InvalidConfig extends Exception {
    private final List<String> faults;

    InvalidConfig(List<String> faults) {
        super(String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    /** One sentence for each fault: variable, value, and what was expected. */
    public List<String> faults() {
        return faults;
    }
}
