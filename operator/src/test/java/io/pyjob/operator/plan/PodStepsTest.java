package io.pyjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.PodTimeline;
import io.pyjob.operator.plan.ContainerState.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class PodStepsTest {
    private static final Instant SECOND = Instant.parse("2026-06-01T12:00:05Z");

    private static Instant at(String seconds) {
        return Instant.parse("2026-06-01T12:00:" + seconds + "Z");
    }

    private static ObservedPod pod(int id, Map<PodStep, Instant> steps) {
        return new ObservedPod(
                "flights-1-exec-" + id,
                1,
                OptionalInt.of(id),
                Waiting.TO_START,
                Waiting.TO_START,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                steps);
    }

    @Test
    void aWholeSecondIsAsLateAsItCanHaveBeen() {
        assertThat(PodSteps.latest(SECOND, at("05.300"))).as("seen within it").isEqualTo(at("05.300"));
        assertThat(PodSteps.latest(SECOND, at("09.000"))).as("seen later").isEqualTo(at("05.999"));
        assertThat(PodSteps.latest(SECOND, at("04.900")))
                .as("the other clock is ahead")
                .isEqualTo(SECOND);
        assertThat(PodSteps.latest(at("05.123"), at("09.000")))
                .as("no whole one")
                .isEqualTo(at("05.123"));
    }

    @Test
    void whatIsKnownStays() {
        PodSteps steps = PodSteps.known(
                new PodTimeline(null, "2026-06-01T12:00:05.100Z", null, null, null),
                new PodTimeline(null, "2026-06-01T12:00:05.200Z", "2026-06-01T12:00:06.200Z", null, null));
        steps.addFirst(List.of(pod(1, Map.of(PodStep.SCHEDULED, SECOND, PodStep.JVM, at("08.250")))), at("09.000"));
        assertThat(steps.timeline())
                .isEqualTo(new PodTimeline(
                        null,
                        "2026-06-01T12:00:05.100Z",
                        "2026-06-01T12:00:06.200Z",
                        "2026-06-01T12:00:08.250Z",
                        null));
    }

    @Test
    void theFirstIsWhoeverGetsThereFirstAndTheLastWaitsForAll() {
        List<ObservedPod> pods = List.of(
                pod(1, Map.of(PodStep.SCHEDULED, at("01.500"), PodStep.JVM, at("03.500"))),
                pod(2, Map.of(PodStep.SCHEDULED, at("02.500"))));
        PodSteps first = PodSteps.known(null, null);
        first.addFirst(pods, at("09.000"));
        assertThat(first.timeline())
                .isEqualTo(new PodTimeline(null, "2026-06-01T12:00:01.500Z", null, "2026-06-01T12:00:03.500Z", null));
        PodSteps last = PodSteps.known(null, null);
        last.addLast(pods, 2, at("09.000"));
        assertThat(last.timeline()).isEqualTo(new PodTimeline(null, "2026-06-01T12:00:02.500Z", null, null, null));
    }

    @Test
    void nothingIsLaterThanWhatFollowsFromIt() {
        PodSteps steps = PodSteps.known(null, null);
        steps.addFirst(
                List.of(pod(1, Map.of(PodStep.SCHEDULED, SECOND, PodStep.PREPARED, SECOND, PodStep.JVM, SECOND))),
                at("07.000"));
        steps.bound("2026-06-01T12:00:05.700Z", null);
        String bound = "2026-06-01T12:00:05.700Z";
        assertThat(steps.timeline()).isEqualTo(new PodTimeline(null, bound, bound, bound, null));
    }

    @Test
    void nothingIsKnownOfNoPod() {
        assertThat(PodSteps.known(null, PodTimeline.NONE).timeline()).isNull();
    }
}
