package io.pyjob.operator.plan;

import io.pyjob.api.ExecutorFailure;
import io.pyjob.api.ExecutorsStatus;
import io.pyjob.operator.plan.Action.DeletePod;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.ExecutorFailures.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What becomes of the pods of executors that have ended while their attempt goes on: the latest stay, for their logs.
 *
 * <p>Failures are counted by pods. So which pods are to go is first written into the status, with how many of them had failed,
 * and they go with a later plan: whatever is done twice or not at all in between, each failure is counted once.
 *
 * @param failed how many executors have failed
 * @param removed how many of them have no pod any more, or will have none
 * @param removing ids of those whose pods are to go
 * @param delete pods to delete now
 */
record EndedExecutors(int failed, int removed, List<Integer> removing, List<DeletePod> delete) {
    /** As long as others look at what has ended: how often executors fail, and which left in peace. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    private static final int MOST_AT_ONCE = 50;
    private static final int MOST_TOLD = 10;
    private static final int LONGEST_MESSAGE = 300;

    static EndedExecutors of(Situation s, ExecutorFailures failures) {
        ExecutorsStatus before = s.before().executors();
        Set<Integer> going = Set.copyOf(before.removing());
        long counted = failures.all().stream()
                .filter(f -> !going.contains(f.executorId()))
                .count();
        int failed = Math.max(before.failed(), before.removed() + (int) counted);
        if (!going.isEmpty()) {
            return goOn(s, going, failed);
        }
        List<ObservedPod> surplus = surplus(s, failures);
        Set<Integer> failedOnes =
                failures.all().stream().map(Failure::executorId).collect(Collectors.toSet());
        List<Integer> ids = surplus.stream()
                .map(pod -> pod.executorId().orElseThrow())
                .sorted()
                .toList();
        int more = (int) ids.stream().filter(failedOnes::contains).count();
        return new EndedExecutors(failed, before.removed() + more, ids, List.of());
    }

    private static EndedExecutors goOn(Situation s, Set<Integer> going, int failed) {
        ExecutorsStatus before = s.before().executors();
        List<ObservedPod> there = s.executors().stream()
                .filter(pod -> going.contains(pod.executorId().orElseThrow()))
                .toList();
        List<DeletePod> delete = there.stream()
                .filter(pod -> !pod.deleting())
                .map(pod -> new DeletePod(pod.name(), "it has ended, and the pods of later executors are kept"))
                .toList();
        return new EndedExecutors(failed, before.removed(), there.isEmpty() ? List.of() : before.removing(), delete);
    }

    /** Whether there is more to do that nobody would tell of. */
    boolean isUnfinished() {
        return !removing.isEmpty() && delete.isEmpty();
    }

    /** The least worth keeping. The highest id stays in sight, as by it one tells what has not come into sight yet. */
    private static List<ObservedPod> surplus(Situation s, ExecutorFailures failures) {
        if (s.report().isEmpty()) {
            return List.of(); // who has left in peace is seen by the pods then
        }
        Set<Integer> needed = new HashSet<>();
        Stream.of(failures.unregistered(), failures.registered(), failures.lost())
                .flatMap(List::stream)
                .forEach(f -> needed.add(f.executorId()));
        needed.add(Replenishment.lastId(s));
        List<ObservedPod> ended = s.executors().stream()
                .filter(pod -> pod.jvm().ended().isPresent() && !pod.deleting())
                .sorted(Comparator.comparing(EndedExecutors::isFailure)
                        .thenComparing(EndedExecutors::end)
                        .reversed())
                .toList();
        int kept = s.spec().ttlAfterFinished().keptExecutorPods();
        return ended.stream()
                .skip(kept)
                .filter(pod -> !needed.contains(pod.executorId().orElseThrow()))
                .filter(pod -> end(pod).isBefore(s.now().minus(FRESH)))
                .limit(MOST_AT_ONCE)
                .toList();
    }

    private static boolean isFailure(ObservedPod pod) {
        return pod.loss().isPresent()
                || pod.jvm().ended().filter(e -> e.exitCode() != 0).isPresent();
    }

    private static Instant end(ObservedPod pod) {
        return pod.jvm().ended().map(Ended::at).orElse(Instant.MAX);
    }

    /** The latest of all that failed or was lost. What was told once stays as it was told. */
    static List<ExecutorFailure> told(Situation s, ExecutorFailures failures) {
        List<ExecutorFailure> told = new ArrayList<>(s.before().executors().failures());
        int attempt = s.before().attempt();
        Set<Integer> known = told.stream()
                .filter(f -> f.attempt() == attempt)
                .map(ExecutorFailure::id)
                .collect(Collectors.toCollection(HashSet::new));
        Stream.concat(failures.all().stream(), failures.lost().stream())
                .sorted(Comparator.comparing(Failure::at).thenComparing(Failure::executorId))
                .filter(f -> isLater(f, told, attempt) && known.add(f.executorId()))
                .forEach(f ->
                        told.add(new ExecutorFailure(attempt, f.executorId(), Conditions.time(f.at()), cut(f.text()))));
        return List.copyOf(told.subList(Math.max(0, told.size() - MOST_TOLD), told.size()));
    }

    /** What was left out once for want of room must not come back at the end. */
    private static boolean isLater(Failure failure, List<ExecutorFailure> told, int attempt) {
        return told.size() < MOST_TOLD
                || told.get(0).attempt() < attempt
                || !failure.at().isBefore(Instant.parse(told.get(0).time()));
    }

    private static String cut(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE - 3) + "...";
    }
}
