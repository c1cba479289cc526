package io.pyjob.operator.plan;

import io.pyjob.api.AttemptStatus;
import io.pyjob.api.FailureCause;
import io.pyjob.api.Phase;
import io.pyjob.api.RestartPolicy;
import io.pyjob.api.RestartSpec;
import io.pyjob.api.RestartStatus;
import io.pyjob.api.TimeSpan;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * That the script is run again after an attempt has ended.
 *
 * @param restarts what is used up of the retries with this one, and when it begins
 * @param message what has ended, and when the next attempt begins, for a person
 */
record NextAttempt(RestartStatus restarts, String message) {
    private static final int RETRIES = 3;
    private static final int INFRASTRUCTURE_RETRIES = 5;
    private static final int NO_END = Integer.MAX_VALUE;
    private static final Duration BACKOFF = Duration.ofSeconds(10);
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(5);
    private static final int LONGEST_MESSAGE = 300;

    /** A wait is shorter than it could be by up to this part of it, so that jobs that fail together do not return so. */
    private static final double SPREAD = 0.2;

    private static final int STEPS = 1000;

    /** Empty if the job has come to its end with {@code outcome}. */
    static Optional<NextAttempt> after(Situation s, Outcome outcome) {
        RestartSpec spec = s.spec().restart();
        if (outcome.phase() == Phase.Succeeded) {
            return spec.policy() == RestartPolicy.Always
                    ? Optional.of(in(pause(s, 1), RestartStatus.NONE, s, "has succeeded", ""))
                    : Optional.empty();
        }
        FailureCause cause = outcome.cause().orElse(FailureCause.Setup);
        int most = most(spec, cause);
        RestartStatus used = used(s);
        int before = cause == FailureCause.Script ? used.failures() : used.losses();
        if (before >= most) {
            return Optional.empty();
        }
        RestartStatus now = cause == FailureCause.Script
                ? new RestartStatus(used.failures() + 1, used.losses(), 0, null)
                : new RestartStatus(used.failures(), used.losses() + 1, 0, null);
        String count = most == NO_END ? "" : " (retry " + (before + 1) + " of " + most + ")";
        return Optional.of(
                in(pause(s, now.failures() + now.losses()), now, s, "has failed: " + firstLine(outcome), count));
    }

    /** What there is to say besides of a job that was run again, and is not any more. */
    static Optional<String> lastWords(Situation s, Outcome outcome) {
        boolean isRetried = outcome.cause()
                .filter(cause -> cause == FailureCause.Script || cause == FailureCause.Infrastructure)
                .filter(cause -> most(s.spec().restart(), cause) > 0)
                .isPresent();
        return isRetried
                ? Optional.of("this was attempt " + s.before().attempt() + "; spec.restart allows no more in a row")
                : Optional.empty();
    }

    private static NextAttempt in(Duration pause, RestartStatus used, Situation s, String what, String count) {
        Instant next = s.now().plus(pause);
        int number = s.before().attempt();
        String message = "attempt " + number + " " + what + "; attempt " + (number + 1) + " begins after a pause of "
                + Summaries.text(pause.plusMillis(999)) + ", at " + next.truncatedTo(ChronoUnit.SECONDS) + count;
        return new NextAttempt(
                new RestartStatus(used.failures(), used.losses(), used.refusals(), Conditions.time(next)), message);
    }

    /** How often in a row the script may be run again after such a failure. */
    private static int most(RestartSpec spec, FailureCause cause) {
        if (cause == FailureCause.Infrastructure) {
            return stated(spec.infrastructureRetries(), spec, INFRASTRUCTURE_RETRIES);
        }
        boolean isTried = cause == FailureCause.Script && spec.policy() != RestartPolicy.Never;
        return isTried ? stated(spec.retries(), spec, RETRIES) : 0;
    }

    private static int stated(@Nullable Integer stated, RestartSpec spec, int onFailure) {
        if (stated != null) {
            return stated;
        }
        if (spec.policy() == RestartPolicy.Always) {
            return NO_END;
        }
        return spec.policy() == RestartPolicy.OnFailure ? onFailure : 0;
    }

    /** What is used up: nothing, if the script had run well for a while. */
    private static RestartStatus used(Situation s) {
        Duration healthy = TimeSpan.of(s.spec().restart().resetAfter());
        boolean wasHealthy = AttemptHistory.current(s)
                .map(AttemptStatus::scriptStartTime)
                .map(Instant::parse)
                .filter(since -> Duration.between(since, s.now()).compareTo(healthy) >= 0)
                .isPresent();
        return wasHealthy ? RestartStatus.NONE : s.before().restarts().withoutWait();
    }

    /** Before the first retry in a row the back-off, then twice as long each time, and never longer than the longest. */
    static Duration pause(Situation s, int inARow) {
        RestartSpec spec = s.spec().restart();
        Optional<Duration> stated = Optional.ofNullable(spec.backoff()).map(TimeSpan::of);
        Optional<Duration> longest = Optional.ofNullable(spec.maxBackoff()).map(TimeSpan::of);
        Duration first = stated.orElse(shorter(BACKOFF, longest.orElse(BACKOFF)));
        Duration most = longest.orElse(longer(MAX_BACKOFF, first));
        Duration whole = first;
        for (int i = 1; i < inARow && whole.compareTo(most) < 0; i++) {
            whole = shorter(whole.multipliedBy(2), most);
        }
        return Duration.ofMillis((long) (whole.toMillis() * (1 - SPREAD * lot(s))));
    }

    /** Between 0 and 1: by lot, though the same for the same attempt of the same job. */
    private static double lot(Situation s) {
        int hash = Objects.hash(s.job().getMetadata().getUid(), s.before().attempt());
        return Math.floorMod((hash * 0x9E3779B9) >>> 8, STEPS) / (double) STEPS;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static String firstLine(Outcome outcome) {
        String line = outcome.message().lines().findFirst().orElse(outcome.reason());
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE - 3) + "...";
    }
}
