package io.pyjob.operator.plan;

import io.pyjob.api.PodTimeline;
import io.pyjob.api.SparkTimeline;
import io.pyjob.api.Timeline;
import io.pyjob.operator.pods.ExecutorBounds;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the time line of a job. What is in it stays as it is: each plan adds what has happened since the one before. It is
 * in the status, or noted by who plans until there is something else to write: it is worth no write of its own.
 */
final class Chronicle {
    private final Situation s;
    private final Timeline written;
    private final Timeline noted;

    private Chronicle(Situation s) {
        this.s = s;
        written = Objects.requireNonNullElse(s.before().timeline(), Timeline.NONE);
        noted = s.seen().noted();
    }

    /** As far as it is known now. */
    static Timeline of(Situation s) {
        Chronicle chronicle = new Chronicle(s);
        return chronicle.timeline(known(chronicle.written.finished(), chronicle.noted.finished()));
    }

    /** Of a job that ends now. */
    static Timeline ended(Situation s) {
        return new Chronicle(s).timeline(Conditions.time(s.now()));
    }

    private Timeline timeline(@Nullable String finished) {
        SparkTimeline spark = spark();
        return new Timeline(
                created(),
                planned(),
                allWritten(),
                driver(spark),
                firstExecutor(spark),
                lastExecutor(spark),
                spark,
                finished);
    }

    private @Nullable String created() {
        return Optional.ofNullable(known(written.created(), noted.created()))
                .or(() -> Optional.ofNullable(s.job().getMetadata().getCreationTimestamp())
                        .map(stated -> Conditions.time(PodSteps.latest(Instant.parse(stated), s.now()))))
                .orElse(null);
    }

    /** Of a job that was started before there were time lines it is not known. */
    private @Nullable String planned() {
        String at = known(written.planned(), noted.planned());
        return at == null && !s.started() ? Conditions.time(s.now()) : at;
    }

    private @Nullable String allWritten() {
        String at = known(written.written(), noted.written());
        boolean isWritten = s.seen().secret()
                && s.seen().configMap()
                && s.seen().driverAddress().isPresent();
        return at == null && isWritten && !s.started() ? Conditions.time(s.now()) : at;
    }

    private @Nullable SparkTimeline spark() {
        return s.report()
                .map(DriverReport::timeline)
                .filter(said -> !said.equals(SparkTimeline.NONE))
                .orElse(written.spark() == null ? noted.spark() : written.spark());
    }

    private @Nullable PodTimeline driver(@Nullable SparkTimeline spark) {
        PodSteps steps = PodSteps.known(written.driver(), noted.driver());
        steps.addFirst(s.driver().stream().toList(), s.now());
        if (spark != null) {
            steps.bound(spark.jvm(), spark.script());
        }
        return steps.timeline();
    }

    private @Nullable PodTimeline firstExecutor(@Nullable SparkTimeline spark) {
        PodSteps steps = PodSteps.known(written.firstExecutor(), noted.firstExecutor());
        steps.addFirst(atTheStart(), s.now());
        if (spark != null) {
            steps.bound(spark.executor(), null);
        }
        return steps.timeline();
    }

    private @Nullable PodTimeline lastExecutor(@Nullable SparkTimeline spark) {
        PodSteps steps = PodSteps.known(written.lastExecutor(), noted.lastExecutor());
        int number = numberAtTheStart();
        if (number > 1) {
            steps.addLast(atTheStart(), number, s.now());
        }
        if (spark != null) {
            steps.bound(spark.executors(), null);
        }
        return steps.timeline();
    }

    /** Ids are never reused, so later ones are of executors that came in the place of others, or in addition. */
    private List<ObservedPod> atTheStart() {
        int number = numberAtTheStart();
        return s.executors().stream()
                .filter(pod -> pod.executorId().orElseThrow() <= number)
                .toList();
    }

    private int numberAtTheStart() {
        return ExecutorBounds.of(s.spec().executors())
                .map(ExecutorBounds::initial)
                .orElse(s.spec().executors().instances());
    }

    private static @Nullable String known(@Nullable String written, @Nullable String noted) {
        return written == null ? noted : written;
    }
}
