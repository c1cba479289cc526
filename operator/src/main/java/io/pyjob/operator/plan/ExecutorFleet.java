package io.pyjob.operator.plan;

import io.pyjob.api.ExecutorsStatus;
import io.pyjob.api.FailureCause;
import io.pyjob.operator.plan.Action.DeletePod;
import io.pyjob.operator.plan.Conditions.Fact;
import io.pyjob.operator.plan.ContainerState.Waiting;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What to do about a job's executors.
 *
 * <p>It only ever fills up to the target. Which of too many executors goes is Spark's to say, because Spark knows where
 * shuffle files and cached blocks are; only those that have not started can go without asking.
 *
 * @param status the counts
 * @param create ids of executors to create
 * @param delete pods to end
 * @param recheckAfter when to look again, if executors are missing but must not be created yet
 * @param readiness the condition
 * @param verdict what this means for the job
 * @param failures those that ended though nobody asked them to
 */
record ExecutorFleet(
        ExecutorsStatus status,
        List<Integer> create,
        List<DeletePod> delete,
        Optional<Duration> recheckAfter,
        Fact readiness,
        Verdict verdict,
        ExecutorFailures failures) {

    static final String EXECUTOR_FAILED = "ExecutorFailed";
    static final String EXECUTOR_LOST = "ExecutorLost";
    static final String READY = "Ready";
    static final String NONE_WANTED = "NoneWanted";
    static final String NOT_SEEN = "NotSeen";

    private static final Duration SOON = Duration.ofSeconds(1);

    static final ExecutorFailures NO_FAILURES = new ExecutorFailures(List.of(), List.of(), List.of(), List.of());

    static ExecutorFleet of(Situation s) {
        ExecutorTarget target = ExecutorTarget.of(s);
        List<ObservedPod> live = live(s);
        int ready = s.report()
                .map(DriverReport::registered)
                .orElse(Math.min(s.before().executors().ready(), live.size()));
        return driverServes(s) ? serving(s, target, live, ready) : idle(s, target, ready);
    }

    private static ExecutorFleet serving(Situation s, ExecutorTarget target, List<ObservedPod> live, int ready) {
        ExecutorFailures failures = ExecutorFailures.of(s, target);
        Replenishment replenishment = Replenishment.of(s, target, failures, live.size(), ready);
        EndedExecutors ended = EndedExecutors.of(s, failures);
        ExecutorsStatus counts = new ExecutorsStatus(
                target.desired(),
                ready,
                replenishment.lastId(),
                ended.failed(),
                EndedExecutors.told(s, failures),
                ended.removed(),
                ended.removing());
        List<Stall> problems =
                live.stream().flatMap(pod -> StartProblem.of(pod, s).stream()).toList();
        Optional<Stall> problem = s.executorRefusal()
                .map(refusal -> refusal.stall(s.capacityPatience()))
                .or(() -> problems.stream().findFirst());
        boolean someMayStart = problems.size() < live.size();
        return new ExecutorFleet(
                counts,
                replenishment.create(),
                Stream.concat(superfluous(s, live, target.desired()).stream(), ended.delete().stream())
                        .toList(),
                Stream.of(
                                replenishment.recheckAfter(),
                                ended.isUnfinished() ? Optional.of(SOON) : Optional.<Duration>empty())
                        .flatMap(Optional::stream)
                        .min(Duration::compareTo),
                readiness(counts, replenishment.unseen(), problem, failures),
                verdict(s, counts, someMayStart ? Optional.empty() : problem, failures),
                failures);
    }

    /** With no driver to work for, executors end by themselves: that is no failure of theirs, and none is replaced. */
    private static ExecutorFleet idle(Situation s, ExecutorTarget target, int ready) {
        ExecutorsStatus before = s.before().executors();
        ExecutorsStatus counts = new ExecutorsStatus(
                target.desired(),
                ready,
                Replenishment.lastId(s),
                before.failed(),
                before.failures(),
                before.removed(),
                List.of());
        Fact readiness = Fact.no(Conditions.EXECUTORS_READY, "NoDriver", "there is no driver to work for");
        return new ExecutorFleet(
                counts, List.of(), List.of(), Optional.empty(), readiness, Verdict.GOES_ON, NO_FAILURES);
    }

    private static boolean driverServes(Situation s) {
        return s.driver().map(d -> d.jvm().ended().isEmpty() && !d.deleting()).orElse(!s.started());
    }

    /** Those that work or will: not those that Spark has told to go, even while they still hand over their blocks. */
    private static List<ObservedPod> live(Situation s) {
        return s.executors().stream()
                .filter(pod -> pod.jvm().ended().isEmpty() && !pod.deleting())
                .filter(pod -> !s.wasKilled(pod))
                .toList();
    }

    /**
     * Pods whose JVM has not started hold no data: those that are too many, the latest first, and those Spark told to go. And
     * pods whose JVM has ended, which would be over but for what stands beside it.
     */
    private static List<DeletePod> superfluous(Situation s, List<ObservedPod> live, int desired) {
        Stream<DeletePod> tooMany = live.stream()
                .filter(pod -> pod.jvm() instanceof Waiting)
                .sorted(Comparator.comparingInt(
                        (ObservedPod pod) -> -pod.executorId().orElseThrow()))
                .limit(Math.max(0, live.size() - desired))
                .map(pod -> new DeletePod(pod.name(), "it is no longer wanted and has not started"));
        Stream<DeletePod> killed = s.executors().stream()
                .filter(pod -> pod.jvm() instanceof Waiting && !pod.deleting())
                .filter(s::wasKilled)
                .map(pod -> new DeletePod(pod.name(), "Spark told it to go before it started"));
        Stream<DeletePod> keptUp = s.executors().stream()
                .filter(pod -> Ending.hasEnded(pod) && pod.isKeptUp() && !pod.deleting())
                .map(pod -> new DeletePod(pod.name(), "its executor has ended, and another container keeps it up"));
        return Stream.of(tooMany, killed, keptUp).flatMap(pods -> pods).toList();
    }

    private static Verdict verdict(
            Situation s, ExecutorsStatus counts, Optional<Stall> problem, ExecutorFailures failures) {
        return failures.tooMany(counts.desired(), counts.ready())
                .map(why -> Verdict.ended(Outcome.failed("ExecutorsFailed", why, FailureCause.Script, s.now())))
                .or(() -> failures.keptFromStarting(counts.desired(), counts.ready(), s.capacityPatience())
                        .or(() -> problem.filter(p -> counts.ready() == 0 && counts.desired() > 0))
                        .map(Verdict::stalled))
                .orElse(Verdict.GOES_ON);
    }

    private static Fact readiness(
            ExecutorsStatus counts, boolean unseen, Optional<Stall> problem, ExecutorFailures failures) {
        String type = Conditions.EXECUTORS_READY;
        String count = counts.ready() + " of " + counts.desired() + " executors are ready";
        if (counts.desired() == 0) {
            return Fact.yes(type, NONE_WANTED, "no executors are wanted");
        }
        if (unseen) {
            return Fact.unknown(type, NOT_SEEN, count + "; the latest are not in sight");
        }
        if (counts.ready() >= counts.desired()) {
            return problem.map(p -> Fact.yes(type, p.reason(), count + "; " + p.message()))
                    .orElse(Fact.yes(type, READY, count));
        }
        return problem.map(p -> Fact.no(type, p.reason(), count + "; " + p.message()))
                .or(() -> failures.last().map(f -> Fact.no(type, EXECUTOR_FAILED, count + "; " + f.text())))
                .or(() -> failures.lastLost().map(f -> Fact.no(type, EXECUTOR_LOST, count + "; " + f.text())))
                .orElse(Fact.no(type, "Starting", count));
    }
}
