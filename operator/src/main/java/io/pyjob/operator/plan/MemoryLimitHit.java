package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.operator.plan.Conditions.Fact;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.pods.PodContainers;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a container has reached its memory limit, which, and what to raise. Once true it stays: pods may go. */
final class MemoryLimitHit {
    private MemoryLimitHit() {}

    private record Hit(MemoryField field, Ended ended) {}

    static Fact of(Situation s) {
        return Stream.concat(s.driver().stream(), s.executors().stream())
                .flatMap(pod -> hits(pod, s))
                .max(Comparator.comparing(hit -> hit.ended().at()))
                .map(hit -> Fact.yes(
                        Conditions.MEMORY_LIMIT_HIT,
                        hit.field().reason(),
                        hit.field().hit()))
                .or(() -> PythonTrouble.memory(s))
                .or(() -> before(s))
                .orElse(Fact.no(Conditions.MEMORY_LIMIT_HIT, "NotHit", "no container has reached its memory limit"));
    }

    private static Stream<Hit> hits(ObservedPod pod, Situation s) {
        return Stream.of(
                        hit(pod, PodContainers.JVM, pod.jvm().ended(), s),
                        hit(pod, PodContainers.PYTHON, pod.python().ended(), s),
                        hit(pod, PodContainers.PYTHON, pod.pythonBefore(), s))
                .flatMap(Optional::stream);
    }

    private static Optional<Hit> hit(ObservedPod pod, String container, Optional<Ended> ended, Situation s) {
        return ended.filter(Ended::isOutOfMemory).map(e -> new Hit(MemoryField.of(pod, container, s.spec()), e));
    }

    private static Optional<Fact> before(Situation s) {
        return s.before().conditions().stream()
                .filter(c -> Conditions.MEMORY_LIMIT_HIT.equals(c.getType()) && "True".equals(c.getStatus()))
                .findFirst()
                .map(MemoryLimitHit::again);
    }

    private static Fact again(Condition condition) {
        return Fact.yes(
                Conditions.MEMORY_LIMIT_HIT,
                Objects.requireNonNullElse(condition.getReason(), ""),
                Objects.requireNonNullElse(condition.getMessage(), ""));
    }
}
