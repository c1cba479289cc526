package io.pyjob.driver.report;

import java.time.Duration;

/**
 * When the next report is due. Pure; times are nanoseconds of any clock.
 *
 * @param failures how many reports in a row have not been taken
 * @param outage why the last one was not
 * @param followed whether the operator names how many executors the user wants, which may change at any moment
 * @param chance from 0 to 1: drivers that began together, or lost the operator together, must not report together
 */
record Pace(int failures, Outage outage, boolean followed, double chance) {
    static final Duration PROGRESS = Duration.ofMillis(200);

    /** Where Spark chooses how many executors there are, a report in between only shows that the driver is there. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** {@code kubectl scale} is told in an answer, so this is how long it may take to get here. */
    private static final Duration HEARTBEAT_FOR_TARGET = Duration.ofMillis(1500);

    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final double SPREAD = 0.4;

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

    /** Why a report was not taken, and so how soon the next may be. */
    enum Outage {
        /** Whoever answers is no leader (any more): another one is, or will be within seconds. */
        NOT_LEADING(Duration.ofSeconds(1)),
        /** Nobody answers, or with a fault of their own. */
        AWAY(Duration.ofSeconds(5)),
        /** The report itself is not wanted: most often for a job that is being deleted. */
        REFUSED(Duration.ofSeconds(30));

        private final Duration longestPause;

        Outage(Duration longestPause) {
            this.longestPause = longestPause;
        }
    }

    /** Before the first report. */
    static Pace first(double chance) {
        return new Pace(0, Outage.AWAY, false, chance);
    }

    /** After a report that was taken. */
    static Pace taken(boolean followed, double chance) {
        return new Pace(0, Outage.AWAY, followed, chance);
    }

    /** After one more that was not. */
    Pace notTaken(Outage why, double newChance) {
        return new Pace(failures == Integer.MAX_VALUE ? failures : failures + 1, why, followed, newChance);
    }

    /**
     * @param lastTried when a report was last sent, or tried; for the first one, when there was something to report to
     */
    long due(long lastTried, News news) {
        return lastTried + pause(news).toNanos();
    }

    private Duration pause(News news) {
        if (failures > 0) {
            Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 10));
            return spread(doubled.compareTo(outage.longestPause) < 0 ? doubled : outage.longestPause);
        }
        return switch (news) {
            case URGENT -> Duration.ZERO;
            case PROGRESS -> PROGRESS;
            case NONE -> spread(followed ? HEARTBEAT_FOR_TARGET : HEARTBEAT);
        };
    }

    private Duration spread(Duration pause) {
        return Duration.ofNanos((long) (pause.toNanos() * (1 - SPREAD / 2 + SPREAD * chance)));
    }
}
