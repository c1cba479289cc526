package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.PodTimeline;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.SparkTimeline;
import io.pyjob.api.Timeline;
import io.pyjob.e2e.PyJob;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where the time of a job went, as its PyJob tells. */
@OnCluster
final class TraceE2E {
    private final TestNamespace namespace;

    TraceE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    private static List<Instant> times(@Nullable String... times) {
        return Stream.of(times)
                .map(time -> Instant.parse(Objects.requireNonNull(time)))
                .toList();
    }

    @Test
    void aJobTellsWhereItsTimeWent() {
        Job job = namespace.run("traced", Scripts.SPARK + """
                import time
                while sc._jsc.sc().getExecutorMemoryStatus().size() < 3:
                    time.sleep(0.1)
                print(sc.parallelize(range(8), 4).map(lambda x: x + 1).sum())
                """, "executors: {instances: 2}");
        assertThat(job.succeeds()).isEqualTo("36\n");
        PyJobStatus status = job.status();
        Timeline timeline = Objects.requireNonNull(status.timeline());
        PodTimeline driver = Objects.requireNonNull(timeline.driver());
        PodTimeline first = Objects.requireNonNull(timeline.firstExecutor());
        PodTimeline last = Objects.requireNonNull(timeline.lastExecutor());
        SparkTimeline spark = Objects.requireNonNull(timeline.spark());

        // By one machine's clocks: what follows from something is not before it.
        assertThat(times(timeline.created(), timeline.planned(), timeline.written(), timeline.finished()))
                .isSorted();
        assertThat(times(driver.created(), driver.scheduled(), driver.jvm(), spark.jvm(), spark.gateway()))
                .isSorted();
        assertThat(times(spark.gateway(), spark.script(), spark.session(), spark.task(), spark.pythonTask()))
                .isSorted();
        assertThat(times(driver.python(), spark.script())).isSorted();
        assertThat(times(first.created(), first.scheduled(), first.jvm(), spark.executor(), spark.executors()))
                .isSorted();
        assertThat(times(last.created(), last.scheduled(), last.jvm(), spark.executors()))
                .isSorted();
        assertThat(times(spark.pythonTask(), spark.scriptEnd())).isSorted();
    }

    @Test
    void whatKubectlGetsIsShownAsATableAndAPicture() {
        Job job = namespace.run("shown", Scripts.SPARK + "print(sc.parallelize([1]).count())", Scripts.ONE);
        assertThat(job.succeeds()).isEqualTo("1\n");
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.write(
                    "shown.json",
                    namespace.kubectl("get", "pyjob", "shown", "-o", "json").ok());
            PyJob.Ended table = pyjob.run("trace", "shown.json");
            assertThat(table.code()).as(table.err()).isZero();
            assertThat(table.out())
                    .startsWith("shown ")
                    .contains(
                            "scheduled", "container started", "gateway up", "session ready", "registered", "job ended");
            PyJob.Ended picture = pyjob.run("trace", "-o", "shown.svg", "shown.json");
            assertThat(picture.code()).as(picture.err()).isZero();
        }
        assertThat(namespace
                        .kubectl("get", "pyjob", "shown", "-o", "jsonpath={.status.timeline.driver.scheduled}")
                        .ok())
                .startsWith("20")
                .endsWith("Z");
    }
}
