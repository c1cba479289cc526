package io.pyjob.operator.plan;

import io.pyjob.api.AttemptStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The latest attempts of a job as its status tells of them, the current one last once it has begun. */
final class AttemptHistory {
    static final int MOST = 10;

    /** A status has the whole of the last message anyway. */
    private static final int LONGEST_MESSAGE = 500;

    private AttemptHistory() {}

    /** Of a job whose current attempt goes on. */
    static List<AttemptStatus> goingOn(Situation s, boolean isRunning) {
        AttemptStatus c =
                current(s).orElseGet(() -> AttemptStatus.started(s.before().attempt(), began(s)));
        boolean runsNow = isRunning && c.scriptStartTime() == null;
        return withCurrent(
                s,
                new AttemptStatus(
                        c.number(),
                        c.startTime(),
                        runsNow ? Conditions.time(s.now()) : c.scriptStartTime(),
                        null,
                        null,
                        null,
                        null,
                        null));
    }

    /** Of a job whose current attempt has just ended. */
    static List<AttemptStatus> ended(Situation s, Outcome outcome) {
        if (s.before().phase().isBeforePods() && current(s).isEmpty()) {
            return s.before().attempts(); // it has never begun
        }
        AttemptStatus c =
                current(s).orElseGet(() -> AttemptStatus.started(s.before().attempt(), began(s)));
        return withCurrent(
                s,
                new AttemptStatus(
                        c.number(),
                        c.startTime(),
                        c.scriptStartTime(),
                        Conditions.time(within(Instant.parse(c.startTime()), outcome.at(), s.now())),
                        outcome.reason(),
                        cut(outcome.message()),
                        outcome.exitCode().orElse(null),
                        outcome.cause().orElse(null)));
    }

    /** The current attempt, once it has begun. */
    static Optional<AttemptStatus> current(Situation s) {
        return of(s, s.before().attempt());
    }

    /** That attempt, if the status still tells of it. */
    static Optional<AttemptStatus> of(Situation s, int number) {
        return s.before().attempts().stream()
                .filter(attempt -> attempt.number() == number)
                .findFirst();
    }

    /** When an attempt ended, as far as the status says. */
    static Optional<Instant> end(AttemptStatus attempt) {
        return Optional.ofNullable(attempt.completionTime()).map(Instant::parse);
    }

    /** When the latest attempt ended; long ago if none has. By our own clock, if the job is to be retried since. */
    static Instant lastEnd(Situation s) {
        return Conditions.since(s.before().conditions(), Conditions.RETRYING, "True")
                .or(() -> s.before().attempts().stream()
                        .flatMap(attempt -> end(attempt).stream())
                        .max(Comparator.naturalOrder()))
                .orElse(Instant.EPOCH);
    }

    /** A node's clock may be wrong. */
    private static Instant within(Instant earliest, Instant at, Instant latest) {
        Instant early = at.isBefore(earliest) ? earliest : at;
        return early.isAfter(latest) ? latest : early;
    }

    /** Whether that attempt was so long ago that the status tells no more of it. */
    static boolean isForgotten(Situation s, int number) {
        List<AttemptStatus> attempts = s.before().attempts();
        return attempts.size() == MOST && number < attempts.get(0).number();
    }

    /** Of an attempt that was begun before there were histories, the job's own start is known. */
    private static String began(Situation s) {
        String job = s.before().startTime();
        return s.before().phase().isBeforePods()
                ? Conditions.time(s.now())
                : Objects.requireNonNullElse(job, Conditions.time(s.now()));
    }

    private static List<AttemptStatus> withCurrent(Situation s, AttemptStatus current) {
        List<AttemptStatus> attempts = new ArrayList<>(s.before().attempts());
        attempts.removeIf(attempt -> attempt.number() == current.number());
        attempts.add(current);
        return attempts.subList(Math.max(0, attempts.size() - MOST), attempts.size());
    }

    private static String cut(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE - 3) + "...";
    }
}
