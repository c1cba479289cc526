package io.pyjob.operator.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What keeps a new attempt from being begun.
 *
 * @param left when to look again
 * @param stall what is to be told of it; empty where all goes as it should
 */
record Pause(Duration left, Optional<Stall> stall) {
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Longer than a pod's grace. */
    private static final Duration LONG = Duration.ofSeconds(90);

    /** Of a job whose current attempt has no pods yet. */
    static Optional<Pause> of(Situation s) {
        Optional<Duration> wait = Optional.ofNullable(s.before().restarts().nextAttemptTime())
                .map(next -> Duration.between(s.now(), Instant.parse(next)))
                .filter(left -> !left.isNegative() && !left.isZero());
        if (wait.isPresent()) {
            return wait.map(left -> new Pause(left, Optional.empty()));
        }
        // All attempts share a Service: executors could meet the wrong driver, and a script could run beside itself.
        return s.earlier().stream()
                .filter(pod -> pod.isDriver() && !Ending.hasEnded(pod))
                .findFirst()
                .map(driver -> new Pause(SOON, stall(s, driver)))
                .or(() -> unseen(s));
    }

    /** The driver of the attempt before may have been created a moment ago, and come into sight only now. */
    private static Optional<Pause> unseen(Situation s) {
        Duration left = DriverOutcome.UNSEEN.minus(Duration.between(AttemptHistory.lastEnd(s), s.now()));
        int before = s.before().attempt() - 1;
        boolean isSeen = s.earlier().stream().anyMatch(pod -> pod.isDriver() && pod.attempt() == before);
        return isSeen || left.isNegative() || left.isZero()
                ? Optional.empty()
                : Optional.of(new Pause(left, Optional.empty()));
    }

    private static Optional<Stall> stall(Situation s, ObservedPod driver) {
        Instant since = AttemptHistory.of(s, driver.attempt())
                .flatMap(AttemptHistory::end)
                .orElse(s.now());
        boolean isLong = Duration.between(since, s.now()).compareTo(LONG) >= 0;
        return isLong ? Optional.of(stillThere(s, driver)) : Optional.empty();
    }

    private static Stall stillThere(Situation s, ObservedPod driver) {
        return new Stall(
                "DriverStillThere",
                "attempt " + s.before().attempt() + " waits for the end of pod " + driver.name()
                        + ": two drivers must not run at once. If its node is lost, delete the node, or the pod by force",
                s.capacityPatience());
    }
}
