package io.pyjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.Phase;
import io.pyjob.api.PodTimeline;
import io.pyjob.api.Progress;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.PythonStatus;
import io.pyjob.api.SparkTimeline;
import io.pyjob.api.Timeline;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.ContainerState.Running;
import io.pyjob.operator.plan.DriverReport.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ChronicleTest {
    private static final String SECOND = "2026-06-01T12:00:";

    private final SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(2));
    private final List<ObservedPod> pods = new ArrayList<>();
    private Timeline noted = Timeline.NONE;

    private Timeline planAt(String seconds) {
        cluster.now = Instant.parse(SECOND + seconds + "Z");
        Observed seen = new Observed(
                cluster.secret, cluster.configMap, cluster.address, pods, cluster.report, List.of(), noted);
        Plan plan = Planner.plan(
                cluster.job,
                seen,
                cluster.now,
                SimulatedCluster.FRESH,
                SimulatedCluster.SETTINGS,
                Duration.ofMinutes(30));
        plan.actions().forEach(action -> action.carryOut(cluster));
        cluster.job.setStatus(plan.status());
        return Objects.requireNonNull(plan.status().timeline());
    }

    private void pod(OptionalInt executor, ContainerState state, Map<PodStep, Instant> steps) {
        pods.add(new ObservedPod(
                "pod-" + pods.size(),
                1,
                executor,
                state,
                state,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                steps));
    }

    private static Instant at(String seconds) {
        return Instant.parse(SECOND + seconds + "Z");
    }

    private void reports(SparkTimeline timeline) {
        cluster.report = Optional.of(
                new DriverReport(1, State.RUNNING, 2, 1, 1, Set.of(), Progress.NONE, PythonStatus.NONE, timeline));
    }

    @Test
    void thePlansThatWriteAJobsObjectsTellOfThem() {
        cluster.job.getMetadata().setCreationTimestamp(SECOND + "00Z");
        Timeline first = planAt("00.250");
        assertThat(first.created()).isEqualTo(SECOND + "00.250Z");
        assertThat(first.planned()).isEqualTo(SECOND + "00.250Z");
        assertThat(first.written()).isNull();
        Timeline second = planAt("00.300");
        assertThat(second.planned()).isEqualTo(SECOND + "00.250Z");
        assertThat(second.written()).isEqualTo(SECOND + "00.300Z");
        assertThat(planAt("09").written()).isEqualTo(SECOND + "00.300Z");
    }

    @Test
    void podsAndTheDriverTellTheRest() {
        planAt("00.250");
        planAt("00.300");
        Running running = new Running(at("03"));
        pod(OptionalInt.empty(), running, Map.of(PodStep.SCHEDULED, at("01"), PodStep.JVM, at("02")));
        pod(OptionalInt.of(1), running, Map.of(PodStep.SCHEDULED, at("01")));
        pod(OptionalInt.of(7), running, Map.of(PodStep.SCHEDULED, at("00.5"), PodStep.JVM, at("00.7")));
        reports(new SparkTimeline(SECOND + "02.700Z", null, null, null, null, null, null, null, null));
        Timeline one = planAt("03.100");
        assertThat(Objects.requireNonNull(one.driver()).scheduled()).isEqualTo(SECOND + "01.999Z");
        assertThat(one.driver().jvm())
                .as("no later than what the JVM itself says")
                .isEqualTo(SECOND + "02.700Z");
        assertThat(Objects.requireNonNull(one.firstExecutor()).scheduled())
                .as("not of an executor that came later")
                .isEqualTo(SECOND + "01.999Z");
        assertThat(one.lastExecutor()).isNull();
        pod(OptionalInt.of(2), running, Map.of(PodStep.SCHEDULED, at("04")));
        Timeline two = planAt("04.200");
        assertThat(Objects.requireNonNull(two.lastExecutor()).scheduled()).isEqualTo(SECOND + "04.200Z");
        assertThat(two.firstExecutor()).isEqualTo(one.firstExecutor());
    }

    @Test
    void theEventOfAStartSaysWhatTookHowLong() {
        Timeline timeline = new Timeline(
                SECOND + "00Z",
                null,
                null,
                new PodTimeline(
                        SECOND + "00.100Z",
                        SECOND + "04.300Z",
                        SECOND + "05.000Z",
                        SECOND + "06.000Z",
                        SECOND + "16.500Z"),
                null,
                null,
                null,
                null);
        assertThat(StartWords.of(timeline))
                .contains("16.5 s after the job was created"
                        + " (4.2 s for a node, 0.7 s for network and volumes, 11.5 s for images and containers)");
        assertThat(StartWords.of(null)).isEmpty();
        assertThat(StartWords.of(timeline.beforePods())).isEmpty();
    }

    @Test
    void whatIsNotedIsNotForgottenThoughTheStatusWasNotWritten() {
        planAt("00.250");
        planAt("00.300");
        PyJobStatus written = cluster.status();
        pod(OptionalInt.empty(), ContainerState.Waiting.TO_START, Map.of(PodStep.SCHEDULED, at("01")));
        noted = planAt("01.100");
        assertThat(written.isSameButForTimes(written.with(noted))).isTrue();
        cluster.job.setStatus(written);
        assertThat(Objects.requireNonNull(planAt("07").driver()).scheduled()).isEqualTo(SECOND + "01.100Z");
    }

    @Test
    void theEndIsWhenItIsKnownAndTheScriptsMayBeToldLater() {
        planAt("00.250");
        planAt("00.300");
        pod(OptionalInt.empty(), new Ended(0, at("05"), ""), Map.of());
        Timeline ended = planAt("06.300");
        assertThat(cluster.status().phase()).isEqualTo(Phase.Succeeded);
        assertThat(ended.finished()).isEqualTo(SECOND + "06.300Z");
        reports(new SparkTimeline(null, null, null, null, null, null, null, null, SECOND + "05.500Z"));
        Timeline later = planAt("06.400");
        assertThat(later.finished()).isEqualTo(SECOND + "06.300Z");
        assertThat(Objects.requireNonNull(later.spark()).scriptEnd()).isEqualTo(SECOND + "05.500Z");
    }

    @Test
    void anotherAttemptBeginsWithNewPods() {
        Timeline timeline = new Timeline("a", "b", "c", null, null, null, SparkTimeline.NONE, "d");
        assertThat(timeline.beforePods()).isEqualTo(new Timeline("a", "b", "c", null, null, null, null, null));
    }
}
