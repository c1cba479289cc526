package io.pyjob.operator.local;

import java.time.Duration;
import java.time.Instant;

/**
 * When a sidecar that has ended is started again: at once, unless it keeps ending soon after its start. Pure.
 *
 * @param startedAt when it was last started
 * @param inARow how often it has ended soon after its start, without a break
 */
record SidecarRestarts(Instant startedAt, int inARow) {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    static SidecarRestarts firstStart(Instant at) {
        return new SidecarRestarts(at, 0);
    }

    /** After an end at that time. */
    SidecarRestarts endedAt(Instant end) {
        boolean soon = Duration.between(startedAt, end).compareTo(SOON) < 0;
        return new SidecarRestarts(startedAt, soon ? Math.min(inARow + 1, 1000) : 1);
    }

    /** How long it waits for its next start: not at all the first time, then 1 s, and twice as long each time. */
    Duration pause() {
        if (inARow < 2) {
            return Duration.ZERO;
        }
        Duration doubled = Duration.ofSeconds(1L << Math.min(inARow - 2, 10));
        return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    }

    SidecarRestarts startedAgain(Instant at) {
        return new SidecarRestarts(at, inARow);
    }
}
