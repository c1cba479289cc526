package io.pyjob.operator.start;

/**
 * What keeps the operator from working.
 *
 * @param exitCode as sysexits.h has them
 * @param message what is missing, and what to do
 */
public record Lack(int exitCode, String message) {
    /** Something outside is not there. */
    public static final int UNAVAILABLE = 69;

    /** The operator may not do what it must. */
    static final int NO_PERMISSION = 77;
}
