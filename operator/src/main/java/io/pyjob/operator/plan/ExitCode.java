package io.pyjob.operator.plan;

import java.util.Map;

/** A container's exit code, in words. */
record ExitCode(int value) {
    /** What our programs leave with when somebody else's failure ends them; an executor, when it found no driver. */
    static final int GAVE_UP = 70;

    private static final int KILLED = 137;

    private static final Map<Integer, String> SIGNALS = Map.of(
            129, "SIGHUP", 130, "SIGINT", 131, "SIGQUIT", 132, "SIGILL", 134, "SIGABRT", 135, "SIGBUS", 137, "SIGKILL",
            139, "SIGSEGV", 141, "SIGPIPE", 143, "SIGTERM");

    /** Whether the kernel killed it, which it mostly does for want of memory. */
    boolean isKilled() {
        return value == KILLED;
    }

    /** For instance: exit code 137 (SIGKILL). */
    @Override
    public String toString() {
        String signal = SIGNALS.get(value);
        return "exit code " + value + (signal == null ? "" : " (" + signal + ")");
    }
}
