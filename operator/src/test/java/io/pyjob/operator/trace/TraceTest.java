package io.pyjob.operator.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.PodTimeline;
import io.pyjob.api.SparkTimeline;
import io.pyjob.api.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TraceTest {
    private final Trace whole = Trace.of("flights", Timelines.whole()).orElseThrow();

    private static Span span(Trace trace, Lane lane, String reached) {
        return trace.spans().stream()
                .filter(span -> span.lane() == lane && span.reached().equals(reached))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachSpanBeginsWithTheLastThingThatItWaitedFor() {
        assertThat(span(whole, Lane.SCRIPT, "gateway reached").took())
                .as("the script's container was later than the gateway")
                .isEqualTo(Duration.ofMillis(100));
        assertThat(span(whole, Lane.SCRIPT, "first task").took())
                .as("the session was later than the executor")
                .isEqualTo(Duration.ofMillis(400));
        assertThat(span(whole, Lane.SCRIPT, "container started").took())
                .as("its image is pulled after the other's container has started")
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(span(whole, Lane.FIRST_EXECUTOR, "Python container started").took())
                .isEqualTo(Duration.ofMillis(1400));
        assertThat(span(whole, Lane.FIRST_EXECUTOR, "JVM container started").took())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(span(whole, Lane.JOB, "job ended").took()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void inALaneOneThingFollowsTheOther() {
        for (Lane lane : Lane.values()) {
            List<Span> spans =
                    whole.spans().stream().filter(span -> span.lane() == lane).toList();
            assertThat(spans).as(lane.title()).isNotEmpty();
            for (int i = 1; i < spans.size(); i++) {
                assertThat(spans.get(i).from())
                        .isAfterOrEqualTo(spans.get(i - 1).to());
            }
        }
    }

    @Test
    void inLocalModeThereIsNoSchedulerAndTheJvmIsFirst() {
        Timeline local = new Timeline(
                Timelines.at("00.100"),
                Timelines.at("00.600"),
                Timelines.at("00.610"),
                new PodTimeline(Timelines.at("00.620"), null, null, Timelines.at("00.630"), Timelines.at("00.640")),
                new PodTimeline(Timelines.at("00.650"), null, null, Timelines.at("00.660"), Timelines.at("00.670")),
                null,
                null,
                null);
        Trace trace = Trace.of("pi", local).orElseThrow();
        assertThat(span(trace, Lane.FIRST_EXECUTOR, "Python container started").from())
                .isEqualTo(Instant.parse(Timelines.at("00.660")));
        assertThat(trace.spans()).extracting(Span::reached).doesNotContain("scheduled", "network and volumes");
        assertThat(trace.took()).isEqualTo(Duration.ofMillis(570));
    }

    @Test
    void clocksThatDifferMakeNoTimeRunBackwards() {
        Timeline skewed = new Timeline(
                Timelines.at("05"),
                Timelines.at("05.100"),
                Timelines.at("05.200"),
                null,
                null,
                null,
                new SparkTimeline(Timelines.at("01"), Timelines.at("02"), null, null, null, null, null, null, null),
                Timelines.at("04"));
        assertThat(Trace.of("odd", skewed).orElseThrow().spans())
                .allSatisfy(span -> assertThat(span.took()).isGreaterThanOrEqualTo(Duration.ZERO));
    }

    @Test
    void nothingKnownIsNoTrace() {
        assertThat(Trace.of("new", Timeline.NONE)).isEmpty();
    }

    @Test
    void ofALongJobItsStartIsShown() {
        assertThat(whole.shown()).isEqualTo(whole.took());
        Timeline t = Timelines.whole();
        Timeline longer = new Timeline(
                t.created(),
                t.planned(),
                t.written(),
                t.driver(),
                t.firstExecutor(),
                t.lastExecutor(),
                t.spark(),
                "2026-06-01T13:00:00Z");
        Trace hour = Trace.of("hour", longer).orElseThrow();
        assertThat(hour.took()).isEqualTo(Duration.ofHours(1));
        assertThat(hour.shown()).isEqualTo(Duration.ofSeconds(10));
    }
}
