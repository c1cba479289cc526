package io.pyjob.operator.start;

import java.time.Duration;

/**
 * What keeps the operator from working.
 *
 * @param exitCode as sysexits.h has them
 * @param patience for how long it may be waited for
 * @param message what is missing, and what to do
 */
public record Lack(int exitCode, Duration patience, String message) {
    /** Something outside is not there. */
    public static final int UNAVAILABLE = 69;

    private static final int NO_PERMISSION = 77;

    /** What is missing may be on its way, as when a chart is being installed. */
    private static final Duration INSTALLATION = Duration.ofMinutes(1);

    /**
     * An API server that is away comes back, and an operator that waits is there at once; one that ends is started anew
     * later and later. After this time Kubernetes forgets earlier ends.
     */
    private static final Duration OUTAGE = Duration.ofMinutes(10);

    static Lack ofCrd(String message) {
        return new Lack(UNAVAILABLE, INSTALLATION, message);
    }

    static Lack ofRights(String message) {
        return new Lack(NO_PERMISSION, INSTALLATION, message);
    }

    static Lack ofApiServer(String message) {
        return new Lack(UNAVAILABLE, OUTAGE, message);
    }
}
