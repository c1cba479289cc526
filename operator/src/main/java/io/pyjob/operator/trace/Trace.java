package io.pyjob.operator.trace;

import io.pyjob.api.PodTimeline;
import io.pyjob.api.SparkTimeline;
import io.pyjob.api.Timeline;
import io.pyjob.operator.trace.Span.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of a job went. Each span ends with something that was reached, and begins where the last of the things was
 * there that this had to wait for: so its length is what it took by itself.
 *
 * @param job its name
 * @param start when it began
 * @param end when the last thing that is known of happened
 * @param up when it had come up: its first task had what it needed, or as far as it came
 * @param spans lane by lane, and in each lane in the order of time
 */
public record Trace(String job, Instant start, Instant end, Instant up, List<Span> spans) {
    /** A job that takes longer than this many times its start is cut off: the start is what is to be seen. */
    private static final int MOST_OF_THE_REST = 2;

    public Trace {
        spans = List.copyOf(spans);
    }

    /** Of the job of that name; empty if nothing is known of its way. */
    public static Optional<Trace> of(String job, Timeline timeline) {
        List<Span> spans = new Reading(timeline).spans();
        Optional<Instant> start = Optional.ofNullable(timeline.created())
                .or(() -> Optional.ofNullable(timeline.planned()))
                .map(Instant::parse);
        if (start.isEmpty() || spans.isEmpty()) {
            return Optional.empty();
        }
        Instant end = last(spans.stream());
        Instant up = last(spans.stream()
                .filter(span -> !span.reached().equals(Reading.SCRIPT_ENDED)
                        && !span.reached().equals(Reading.FINISHED)));
        return Optional.of(new Trace(job, start.get(), end, up, spans));
    }

    Duration took() {
        return Duration.between(start, end);
    }

    /** What is drawn: all of it, or its start with some of the rest. */
    Duration shown() {
        Duration toUp = Duration.between(start, up);
        Duration most = toUp.multipliedBy(1 + MOST_OF_THE_REST);
        Duration shown = took().compareTo(most) <= 0 ? took() : toUp.plus(toUp.dividedBy(4));
        return shown.isZero() ? Duration.ofMillis(1) : shown;
    }

    Duration after(Instant at) {
        return Duration.between(start, at);
    }

    private static Instant last(Stream<Span> spans) {
        return spans.map(Span::to).max(Comparator.naturalOrder()).orElse(Instant.EPOCH);
    }

    /** What follows from what. */
    private static final class Reading {
        static final String SCRIPT_ENDED = "script ended";
        static final String FINISHED = "job ended";

        private final Timeline timeline;
        private final SparkTimeline spark;
        private final List<Span> spans = new ArrayList<>();

        Reading(Timeline timeline) {
            this.timeline = timeline;
            spark = Objects.requireNonNullElse(timeline.spark(), SparkTimeline.NONE);
        }

        List<Span> spans() {
            add(Lane.JOB, "planned", timeline.planned(), Clock.OPERATOR, at(timeline.created()));
            add(Lane.JOB, "objects written", timeline.written(), Clock.OPERATOR, at(timeline.planned()));
            PodTimeline driver = Objects.requireNonNullElse(timeline.driver(), PodTimeline.NONE);
            List<Instant> ready = pod(Lane.DRIVER_POD, driver);
            add(Lane.DRIVER_JVM, "container started", driver.jvm(), Clock.KUBERNETES, ready);
            add(Lane.DRIVER_JVM, "JVM booted", spark.jvm(), Clock.DRIVER, at(driver.jvm()));
            add(Lane.DRIVER_JVM, "gateway up", spark.gateway(), Clock.DRIVER, at(spark.jvm()));
            // A kubelet starts the containers of a pod one after the other, and pulls the image of each before.
            add(Lane.SCRIPT, "container started", driver.python(), Clock.KUBERNETES, with(ready, driver.jvm()));
            add(Lane.SCRIPT, "gateway reached", spark.script(), Clock.DRIVER, at(driver.python(), spark.gateway()));
            add(Lane.SCRIPT, "session ready", spark.session(), Clock.DRIVER, at(spark.script()));
            add(Lane.SCRIPT, "first task", spark.task(), Clock.DRIVER, at(spark.session(), spark.executor()));
            add(Lane.SCRIPT, "first Python task", spark.pythonTask(), Clock.DRIVER, at(spark.task()));
            List<Instant> ran = at(spark.script(), spark.session(), spark.task(), spark.pythonTask());
            add(Lane.SCRIPT, SCRIPT_ENDED, spark.scriptEnd(), Clock.DRIVER, ran);
            add(Lane.JOB, FINISHED, timeline.finished(), Clock.OPERATOR, with(ran, spark.scriptEnd()));
            executor(Lane.FIRST_EXECUTOR, timeline.firstExecutor(), "registered", spark.executor());
            executor(Lane.LAST_EXECUTOR, timeline.lastExecutor(), "all registered", spark.executors());
            return spans.stream()
                    .sorted(Comparator.comparing(Span::lane).thenComparing(Span::to))
                    .toList();
        }

        /** What its containers wait for. */
        private List<Instant> pod(Lane lane, PodTimeline pod) {
            add(lane, "written", pod.created(), Clock.KUBERNETES, at(timeline.written()));
            add(lane, "scheduled", pod.scheduled(), Clock.KUBERNETES, at(pod.created()));
            List<Instant> placed = at(pod.created(), pod.scheduled());
            add(lane, "network and volumes", pod.prepared(), Clock.KUBERNETES, placed);
            return with(placed, pod.prepared());
        }

        /** Its Python container is a sidecar, which a kubelet starts before the JVM's, and local mode after. */
        private void executor(Lane lane, @Nullable PodTimeline pods, String registered, @Nullable String registeredAt) {
            if (pods == null) {
                return;
            }
            List<Instant> ready = pod(lane, pods);
            boolean sidecarFirst = pods.python() == null
                    || pods.jvm() == null
                    || !Instant.parse(pods.jvm()).isBefore(Instant.parse(pods.python()));
            List<Instant> jvmWaits = sidecarFirst ? with(ready, pods.python()) : ready;
            List<Instant> pythonWaits = sidecarFirst ? ready : with(ready, pods.jvm());
            add(lane, "Python container started", pods.python(), Clock.KUBERNETES, pythonWaits);
            add(lane, "JVM container started", pods.jvm(), Clock.KUBERNETES, jvmWaits);
            List<Instant> containers = at(pods.jvm(), pods.python());
            add(lane, registered, registeredAt, Clock.DRIVER, containers);
        }

        /** Clocks of different machines may differ: what seems to come after its effect is not what that waited for. */
        private void add(Lane lane, String reached, @Nullable String time, Clock clock, List<Instant> waitedFor) {
            if (time != null) {
                Instant to = Instant.parse(time);
                Instant from = waitedFor.stream()
                        .filter(cause -> !cause.isAfter(to))
                        .max(Comparator.naturalOrder())
                        .orElse(to);
                spans.add(new Span(lane, reached, from, to, clock));
            }
        }

        private static List<Instant> at(@Nullable String... times) {
            return Stream.of(times)
                    .flatMap(Stream::ofNullable)
                    .map(Instant::parse)
                    .toList();
        }

        private static List<Instant> with(List<Instant> more, @Nullable String time) {
            return Stream.concat(more.stream(), at(time).stream()).toList();
        }
    }
}
