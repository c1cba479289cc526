package io.pyjob.operator.plan;

import io.pyjob.api.AttemptStatus;
import io.pyjob.api.FailureCause;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.TimeSpan;
import io.pyjob.operator.plan.ContainerState.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The limits of time that the manifest sets. */
final class Timeouts {
    static final String START_TIMEOUT = "StartTimeout";

    /** The word of a Kubernetes Job. */
    static final String DEADLINE_EXCEEDED = "DeadlineExceeded";

    private Timeouts() {}

    /** How the job has come to its end, if a limit is passed. */
    static Optional<Outcome> passed(Situation s, Optional<Stall> stall) {
        if (run(s).filter(Duration::isZero).isPresent()) {
            return Optional.of(Outcome.timedOut(
                    DEADLINE_EXCEEDED,
                    "the job has not ended within " + s.spec().timeout().run() + " (spec.timeout.run); "
                            + last(s, stall),
                    FailureCause.Deadline,
                    s.now()));
        }
        if (start(s).filter(Duration::isZero).isPresent()) {
            return Optional.of(Outcome.timedOut(
                    START_TIMEOUT,
                    "the script was not running within " + s.spec().timeout().start()
                            + " of its attempt's start (spec.timeout.start); " + last(s, stall),
                    FailureCause.Infrastructure,
                    s.now()));
        }
        return Optional.empty();
    }

    /** When the next limit will be passed. */
    static Optional<Duration> left(Situation s) {
        return Stream.of(run(s), start(s)).flatMap(Optional::stream).min(Duration::compareTo);
    }

    private static Optional<Duration> run(Situation s) {
        return left(s.spec().timeout().run(), s.before().startTime(), s.now());
    }

    private static Optional<Duration> start(Situation s) {
        boolean runs = s.before().phase() == Phase.Running
                || s.driver()
                        .filter(driver -> driver.python() instanceof Running)
                        .isPresent();
        return runs
                ? Optional.empty()
                : AttemptHistory.current(s)
                        .map(AttemptStatus::startTime)
                        .flatMap(since -> left(s.spec().timeout().start(), since, s.now()));
    }

    /** Zero if it is used up. */
    private static Optional<Duration> left(@Nullable String limit, @Nullable String since, Instant now) {
        if (limit == null || since == null) {
            return Optional.empty();
        }
        Duration left = TimeSpan.of(limit).minus(Duration.between(Instant.parse(since), now));
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }

    private static String last(Situation s, Optional<Stall> stall) {
        PyJobStatus b = s.before();
        String seen = "seen last: attempt " + b.attempt() + ", " + b.phase() + ", "
                + b.summary().executors() + " executors, " + b.summary().tasks() + " tasks";
        return stall.map(t -> seen + "; " + t.message()).orElse(seen);
    }
}
