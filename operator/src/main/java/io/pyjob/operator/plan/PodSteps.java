package io.pyjob.operator.plan;

import io.pyjob.api.PodTimeline;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When a pod, or the first or last of several, came by which step. Kubernetes' times are made as fine as can be. */
final class PodSteps {
    private final Map<PodStep, Instant> at = new EnumMap<>(PodStep.class);

    private PodSteps() {}

    /** What is known already; what is in none of the two is not known. */
    static PodSteps known(@Nullable PodTimeline written, @Nullable PodTimeline noted) {
        PodSteps steps = new PodSteps();
        steps.addKnown(written);
        steps.addKnown(noted);
        return steps;
    }

    /**
     * The latest that it can have been. Kubernetes tells whole seconds, cut off; what has been seen has happened, by the clock
     * of who saw it. A time that has a fraction is taken as it is.
     */
    static Instant latest(Instant stated, Instant seen) {
        boolean whole = stated.equals(stated.truncatedTo(ChronoUnit.SECONDS));
        Instant secondsEnd = stated.plusMillis(999);
        Instant latest = seen.isBefore(secondsEnd) ? seen : secondsEnd;
        return !whole || latest.isBefore(stated) ? stated : latest;
    }

    /** The first of {@code pods} to get to each step. */
    void addFirst(Collection<ObservedPod> pods, Instant now) {
        for (PodStep step : PodStep.values()) {
            times(pods, step, now).stream().min(Instant::compareTo).ifPresent(time -> at.putIfAbsent(step, time));
        }
    }

    /** The last of {@code pods} to get to each step, once all {@code number} have. */
    void addLast(Collection<ObservedPod> pods, int number, Instant now) {
        for (PodStep step : PodStep.values()) {
            List<Instant> times = times(pods, step, now);
            if (times.size() == number) {
                times.stream().max(Instant::compareTo).ifPresent(time -> at.putIfAbsent(step, time));
            }
        }
    }

    /** No step can be later than what follows from it. {@code jvm} and {@code python} are what followed in those containers. */
    void bound(@Nullable String jvm, @Nullable String python) {
        bound(PodStep.JVM, instant(jvm));
        bound(PodStep.PYTHON, instant(python));
        bound(PodStep.PREPARED, at(PodStep.JVM));
        bound(PodStep.PREPARED, at(PodStep.PYTHON));
        bound(PodStep.SCHEDULED, at(PodStep.PREPARED));
        bound(PodStep.SCHEDULED, at(PodStep.JVM));
        bound(PodStep.SCHEDULED, at(PodStep.PYTHON));
        bound(PodStep.CREATED, at(PodStep.SCHEDULED));
        bound(PodStep.CREATED, at(PodStep.JVM));
        bound(PodStep.CREATED, at(PodStep.PYTHON));
    }

    /** As the status has it; null if nothing is known. */
    @Nullable
    PodTimeline timeline() {
        return at.isEmpty()
                ? null
                : new PodTimeline(
                        text(PodStep.CREATED),
                        text(PodStep.SCHEDULED),
                        text(PodStep.PREPARED),
                        text(PodStep.JVM),
                        text(PodStep.PYTHON));
    }

    private static List<Instant> times(Collection<ObservedPod> pods, PodStep step, Instant now) {
        return pods.stream()
                .flatMap(pod -> Optional.ofNullable(pod.steps().get(step)).stream())
                .map(stated -> latest(stated, now))
                .toList();
    }

    private void bound(PodStep step, Optional<Instant> latest) {
        latest.ifPresent(bound -> at.computeIfPresent(step, (any, time) -> time.isAfter(bound) ? bound : time));
    }

    private Optional<Instant> at(PodStep step) {
        return Optional.ofNullable(at.get(step));
    }

    private @Nullable String text(PodStep step) {
        return at(step).map(Conditions::time).orElse(null);
    }

    private static Optional<Instant> instant(@Nullable String text) {
        return Optional.ofNullable(text).map(Instant::parse);
    }

    private void addKnown(@Nullable PodTimeline known) {
        if (known != null) {
            add(PodStep.CREATED, known.created());
            add(PodStep.SCHEDULED, known.scheduled());
            add(PodStep.PREPARED, known.prepared());
            add(PodStep.JVM, known.jvm());
            add(PodStep.PYTHON, known.python());
        }
    }

    private void add(PodStep step, @Nullable String time) {
        instant(time).ifPresent(known -> at.putIfAbsent(step, known));
    }
}
