package io.pyjob.operator.plan;

import io.pyjob.operator.plan.Action.DeletePod;
import io.pyjob.operator.plan.ContainerState.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is left to do when a job has ended. Pods that have ended stay, since their logs go with them; the rest get some time
 * to end by themselves: the driver's JVM stops Spark, and that tells the executors.
 *
 * @param actions to carry out now
 * @param recheckAfter when more will be to do
 */
record Ending(List<Action> actions, Optional<Duration> recheckAfter) {
    static final Duration LINGER = Duration.ofSeconds(15);

    /** For a job that ended at {@code end}. */
    static Ending of(Situation s, Instant end) {
        if (s.deleted()) {
            Stream<ObservedPod> pods = s.seen().pods().stream().filter(pod -> !pod.deleting());
            return new Ending(delete(pods, "the job was deleted"), Optional.empty());
        }
        List<ObservedPod> running = running(s);
        Duration left = LINGER.minus(Duration.between(end, s.now()));
        if (left.isZero() || left.isNegative()) {
            return new Ending(delete(running.stream(), "the job has ended"), Optional.empty());
        }
        List<ObservedPod> waiting =
                running.stream().filter(Ending::isExecutorToStart).toList();
        return new Ending(
                delete(waiting.stream(), "the job ended before this executor started"),
                running.size() > waiting.size() ? Optional.of(left) : Optional.empty());
    }

    /** Ends all that has not ended, politely. */
    static List<Action> all(Situation s, String reason) {
        return delete(running(s).stream(), reason);
    }

    private static List<ObservedPod> running(Situation s) {
        return s.seen().pods().stream()
                .filter(pod -> !pod.deleting() && (!hasEnded(pod) || pod.isKeptUp()))
                .toList();
    }

    /** When a job that is in a final phase ended, as far as its status says. */
    static Instant end(Situation s) {
        return Conditions.since(s.before().conditions(), Conditions.FINISHED, "True")
                .or(() -> Optional.ofNullable(s.before().completionTime()).map(Instant::parse))
                .orElse(Instant.EPOCH);
    }

    /** An executor's Python, a sidecar, ends after its JVM and by itself. */
    static boolean hasEnded(ObservedPod pod) {
        return pod.jvm().ended().isPresent()
                && (!pod.isDriver() || pod.python().ended().isPresent());
    }

    private static boolean isExecutorToStart(ObservedPod pod) {
        return !pod.isDriver() && pod.jvm() instanceof Waiting;
    }

    private static List<Action> delete(Stream<ObservedPod> pods, String reason) {
        return pods.sorted(Comparator.comparing(ObservedPod::name))
                .<Action>map(pod -> new DeletePod(pod.name(), reason))
                .toList();
    }
}
