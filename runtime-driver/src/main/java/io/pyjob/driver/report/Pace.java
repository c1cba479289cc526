package io.pyjob.driver.report;

import java.time.Duration;

/** When the next report is due. Pure; times are nanoseconds of any clock. */
final class Pace {
    static final Duration HEARTBEAT = Duration.ofSeconds(5);
    static final Duration PROGRESS = Duration.ofMillis(200);
    private static final Duration FIRST_RETRY = Duration.ofMillis(250);

    /** A first report that says only that there is nothing yet can wait: this JVM has better to do at its start. */
    static final Duration FIRST = Duration.ofSeconds(1);

    /** What there is to say. */
    enum News {
        NONE,
        /** Only progress. */
        PROGRESS,
        /** Something that the operator acts on. */
        URGENT
    }

    private Pace() {}

    /**
     * @param lastTried when a report was last sent, or tried
     * @param failures how many in a row have failed
     */
    static long due(long lastTried, int failures, News news) {
        if (failures > 0) {
            return lastTried + backOff(failures).toNanos();
        }
        return switch (news) {
            case URGENT -> lastTried;
            case PROGRESS -> lastTried + PROGRESS.toNanos();
            case NONE -> lastTried + HEARTBEAT.toNanos();
        };
    }

    private static Duration backOff(int failures) {
        Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 10));
        return wait.compareTo(HEARTBEAT) < 0 ? wait : HEARTBEAT;
    }
}
