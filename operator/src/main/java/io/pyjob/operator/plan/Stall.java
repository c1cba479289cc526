package io.pyjob.operator.plan;

import io.pyjob.api.FailureCause;
import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * Something that keeps the job from going on and may pass, but not for ever. The Stalled condition remembers since when:
 * by our own clock, as those of nodes may be wrong.
 *
 * @param reason one word for conditions
 * @param message for a person; the job's, if it does not pass
 * @param patience how long it may last
 * @param cause whose fault it is
 */
record Stall(String reason, String message, Duration patience, FailureCause cause) {
    static final String UNSCHEDULABLE = "Unschedulable";

    private static final Set<String> CAPACITY = Set.of(UNSCHEDULABLE, "QuotaExceeded");

    /** One that lasts although the start is tried again all the time. */
    Stall(String reason, String message, Duration patience) {
        this(reason, message, patience, FailureCause.Setup);
    }

    /** What is left of the patience; zero if it is used up. */
    Duration left(PyJobStatus before, Instant now) {
        Duration left = patience.minus(Duration.between(since(before, now), now));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Since when. Another kind of stall begins anew: an hour's wait for a node must not use up the time of an image. */
    Instant since(PyJobStatus before, Instant now) {
        return before.conditions().stream()
                .filter(c -> Conditions.STALLED.equals(c.getType()) && "True".equals(c.getStatus()))
                .filter(c -> isSameKind(reason, Objects.requireNonNullElse(c.getReason(), "")))
                .findFirst()
                .flatMap(c -> Conditions.since(before.conditions(), Conditions.STALLED, "True"))
                .orElse(now);
    }

    /** Whether two reasons are words for one thing: Kubernetes takes turns with some. */
    static boolean isSameKind(String reason, String other) {
        return reason.equals(other)
                || (CAPACITY.contains(reason) && CAPACITY.contains(other))
                || (StartProblem.isReason(reason) && StartProblem.isReason(other));
    }
}
