package io.pyjob.operator.plan;

import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.time.Instant;

/**
 * Something that keeps the job from going on and may pass, but not for ever. The Stalled condition remembers since when:
 * by our own clock, as those of nodes may be wrong.
 *
 * @param reason one word for conditions
 * @param message for a person; the job's, if it does not pass
 * @param patience how long it may last
 */
record Stall(String reason, String message, Duration patience) {

    /** What is left of the patience; zero if it is used up. */
    Duration left(PyJobStatus before, Instant now) {
        Instant since = Conditions.since(before.conditions(), Conditions.STALLED, "True")
                .orElse(now);
        Duration left = patience.minus(Duration.between(since, now));
        return left.isNegative() ? Duration.ZERO : left;
    }
}
