package io.pyjob.operator.leader;

import java.time.Duration;

/**
 * How operators agree on who leads.
 *
 * @param name of the Lease, in the operator's namespace
 * @param duration after which a leader that is not heard of may be replaced
 * @param renewDeadline after which a leader that could not renew its lease must be gone
 * @param retryPeriod how often the lease is renewed, or asked for
 */
public record LeaseSettings(String name, Duration duration, Duration renewDeadline, Duration retryPeriod) {
    private static final double JITTER = 2.2;

    /** The longest time between two tries: standbys add chance to the period, so that they do not ask all at once. */
    public Duration longestWait() {
        return Duration.ofMillis((long) (retryPeriod.toMillis() * JITTER));
    }
}
