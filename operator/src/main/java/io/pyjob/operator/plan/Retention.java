package io.pyjob.operator.plan;

import io.pyjob.api.TimeSpan;
import io.pyjob.operator.plan.Action.DeleteJob;
import io.pyjob.operator.plan.Action.DeletePod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is deleted by itself, after the times that the manifest says.
 *
 * @param actions to carry out now
 * @param recheckAfter when more will be to do
 */
record Retention(List<Action> actions, Optional<Duration> recheckAfter) {

    /** For a job that has ended. */
    static Retention ofFinished(Situation s) {
        Optional<Duration> job = left(s.spec().ttlAfterFinished().job(), Ending.end(s), s.now());
        if (job.filter(Duration::isZero).isPresent()) {
            String why = "it has ended, and spec.ttlAfterFinished.job is "
                    + s.spec().ttlAfterFinished().job();
            return new Retention(List.of(new DeleteJob(why)), Optional.empty());
        }
        Retention pods = ofPods(s);
        return new Retention(
                pods.actions(),
                Stream.of(job, pods.recheckAfter()).flatMap(Optional::stream).min(Duration::compareTo));
    }

    /** When to look next. */
    Optional<Duration> due() {
        return actions.isEmpty() ? recheckAfter : Optional.of(Duration.ZERO);
    }

    /** Pods that have ended, of attempts that have. */
    static Retention ofPods(Situation s) {
        List<Action> actions = new ArrayList<>();
        List<Duration> waits = new ArrayList<>();
        s.seen().pods().stream()
                .filter(pod -> !pod.deleting() && Ending.hasEnded(pod))
                .sorted(Comparator.comparing(ObservedPod::name))
                .forEach(pod -> {
                    Optional<Duration> left = end(s, pod)
                            .flatMap(end -> left(s.spec().ttlAfterFinished().pods(), end, s.now()));
                    if (left.filter(Duration::isZero).isPresent()) {
                        actions.add(new DeletePod(
                                pod.name(),
                                "its attempt has ended, and spec.ttlAfterFinished.pods is "
                                        + s.spec().ttlAfterFinished().pods()));
                    } else if (AttemptHistory.isForgotten(s, pod.attempt())) {
                        actions.add(new DeletePod(pod.name(), "the status tells no more of its attempt"));
                    } else {
                        left.ifPresent(waits::add);
                    }
                });
        return new Retention(List.copyOf(actions), waits.stream().min(Duration::compareTo));
    }

    private static Optional<Instant> end(Situation s, ObservedPod pod) {
        return s.before().phase().isFinal() && pod.attempt() == s.before().attempt()
                ? Optional.of(Ending.end(s))
                : AttemptHistory.of(s, pod.attempt()).flatMap(AttemptHistory::end);
    }

    /** What is left of {@code ttl}; zero if it is over, empty if there is none. */
    private static Optional<Duration> left(@Nullable String ttl, Instant end, Instant now) {
        if (ttl == null) {
            return Optional.empty();
        }
        Duration left = TimeSpan.of(ttl).minus(Duration.between(end, now));
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }
}
