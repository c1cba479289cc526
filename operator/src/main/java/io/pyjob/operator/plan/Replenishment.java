package io.pyjob.operator.plan;

import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.DriverReport.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which executors to create now.
 *
 * @param create their ids, none of which was ever used before
 * @param lastId the highest id given out, these included
 * @param unseen whether executors that were created are not in sight
 * @param recheckAfter when to look again, if executors are missing but must not be created yet
 */
record Replenishment(List<Integer> create, int lastId, boolean unseen, Optional<Duration> recheckAfter) {
    /** The report that the driver is stopping may be on its way still. */
    private static final Duration STOP_REPORT = Duration.ofSeconds(2);

    private static final Duration SOON = Duration.ofSeconds(1);

    /** So that one large job does not keep all others waiting, and its status tells how far it is. */
    private static final int MOST_AT_ONCE = 100;

    static Replenishment of(Situation s, ExecutorTarget target, ExecutorFailures failures, int live, int ready) {
        int lastId = lastId(s);
        int missing = missing(s, target, failures, live, lastId);
        if (missing == 0) {
            return new Replenishment(List.of(), lastId, false, Optional.empty());
        }
        if (!mayCreate(s)) {
            return new Replenishment(List.of(), lastId, false, Optional.of(SOON));
        }
        Optional<Refusal> refusal = s.refusal().or(s::executorRefusal);
        if (refusal.isPresent()) {
            Duration wait = Duration.between(s.now(), refusal.get().retryAt());
            return new Replenishment(List.of(), lastId, false, Optional.of(wait));
        }
        if (lastId > highestSeen(s) && !areGone(s, lastId)) {
            // Not said of news in a report: the wait for what the status does not know of yet is still to begin.
            return new Replenishment(List.of(), lastId, !isNews(s, lastId), Optional.of(SOON));
        }
        Duration wait = longer(failures.backOff(target.desired(), ready, s.now()), untilStopReport(s));
        if (!wait.isZero()) {
            return new Replenishment(List.of(), lastId, false, Optional.of(wait));
        }
        int count = Math.min(missing, MOST_AT_ONCE);
        List<Integer> ids =
                IntStream.rangeClosed(lastId + 1, lastId + count).boxed().toList();
        return new Replenishment(
                ids, lastId + count, false, count < missing ? Optional.of(Duration.ZERO) : Optional.empty());
    }

    /** The highest id ever given out. The status knows of pods that are gone, the pods of a status that was not written. */
    static int lastId(Situation s) {
        int reported = s.report().map(DriverReport::lastExecutorId).orElse(0);
        return Math.max(
                highestSeen(s), Math.max(reported, s.before().executors().lastId()));
    }

    private static int missing(Situation s, ExecutorTarget target, ExecutorFailures failures, int live, int lastId) {
        int missing = target.desired() - live;
        if (target.state() == State.STARTING) {
            // Before Spark has started only those that failed are replaced: others would have nothing to do, like the
            // one
            // before them that gave up waiting.
            int ended = failures.all().size() + failures.lost().size();
            missing = Math.min(missing, target.desired() + ended - lastId);
        }
        if (s.report().isEmpty()) {
            missing -= (int) leftInPeace(s).count(); // the driver must have told them to go
        }
        return Math.max(0, missing);
    }

    /** Whether what an executor's pod needs is there. */
    private static boolean mayCreate(Situation s) {
        return s.seen().driverAddress().isPresent() && (s.seen().secret() || !s.started());
    }

    /**
     * Whether executors that were created and are not in sight have been so for long enough to call them gone. An id that
     * is lower than one in sight is gone for sure, since sight follows the order of creation.
     */
    private static boolean areGone(Situation s, int lastId) {
        return !isNews(s, lastId)
                && Conditions.since(s.before().conditions(), Conditions.EXECUTORS_READY, "Unknown")
                        .filter(since -> Duration.between(since, s.now()).compareTo(DriverOutcome.UNSEEN) >= 0)
                        .isPresent();
    }

    /** Whether an executor has registered that neither the status nor what is in sight knows of. */
    private static boolean isNews(Situation s, int lastId) {
        return lastId > s.before().executors().lastId();
    }

    private static Duration untilStopReport(Situation s) {
        Instant latest = s.now().plus(STOP_REPORT);
        return leftInPeace(s)
                .map(e -> e.at().plus(STOP_REPORT))
                .filter(until -> until.isAfter(s.now()) && !until.isAfter(latest))
                .max(Comparator.naturalOrder())
                .map(until -> Duration.between(s.now(), until))
                .orElse(Duration.ZERO);
    }

    private static Stream<Ended> leftInPeace(Situation s) {
        return s.executors().stream()
                .filter(pod -> !s.wasKilled(pod))
                .flatMap(pod -> pod.jvm().ended().stream())
                .filter(e -> e.exitCode() == 0);
    }

    private static int highestSeen(Situation s) {
        return s.executors().stream()
                .mapToInt(pod -> pod.executorId().orElseThrow())
                .max()
                .orElse(0);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
