package io.pyjob.operator.plan;

import static io.pyjob.operator.plan.SimulatedCluster.created;
import static io.pyjob.operator.plan.SimulatedCluster.deleted;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.AttemptStatus;
import io.pyjob.api.FailureCause;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.RestartPolicy;
import io.pyjob.api.RestartSpec;
import io.pyjob.api.RestartStatus;
import io.pyjob.operator.plan.ContainerState.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which failures are tried again, when, and what is told of it. */
final class RestartTest {
    private static final Duration LONG = Duration.ofMinutes(6);

    private static RestartSpec spec(RestartPolicy policy, String backoff, String maxBackoff) {
        return new RestartSpec(policy, null, null, backoff, maxBackoff, "10m");
    }

    private static Condition condition(PyJobStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static Duration pause(SimulatedCluster cluster) {
        return Duration.between(
                cluster.now,
                Instant.parse(Objects.requireNonNull(cluster.status().restarts().nextAttemptTime())));
    }

    @Test
    void byDefaultAFailureIsTheEnd() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
        cluster.endScript(1, "ValueError: no");
        PyJobStatus status = cluster.settle().status();
        assertThat(status.phase()).isEqualTo(Phase.Failed);
        assertThat(status.message()).isEqualTo("ValueError: no");
    }

    @Test
    void aFailureIsFollowedByANewAttemptWithPodsOfItsOwn() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(1)));
        cluster.endScript(3, "ValueError: no\nTraceback ...");
        Plan plan = cluster.settle();
        assertThat(plan.actions()).isEmpty();
        PyJobStatus status = plan.status();
        assertThat(status.phase()).isEqualTo(Phase.Retrying);
        assertThat(status.attempt()).isEqualTo(2);
        assertThat(status.exitCode()).isNull();
        assertThat(status.completionTime()).isNull();
        assertThat(status.reason()).isEqualTo("ScriptFailed");
        assertThat(condition(status, "Retrying").getStatus()).isEqualTo("True");
        assertThat(condition(status, "Retrying").getMessage())
                .startsWith("attempt 1 has failed: ValueError: no; attempt 2 begins after a pause of ")
                .endsWith(" (retry 1 of 3)");
        assertThat(condition(status, "Finished").getStatus()).isEqualTo("False");
        cluster.endJvm(cluster.driver(), 0, "");
        Plan next = cluster.settleFor(Duration.ofSeconds(20));
        assertThat(next.status().phase()).isEqualTo(Phase.Starting);
        assertThat(next.status().restarts()).isEqualTo(new RestartStatus(1, 0, 0, null));
        assertThat(cluster.pods.keySet())
                .as("ended pods stay for their logs, executors go")
                .containsExactly("flights-1-driver", "flights-2-driver", "flights-2-exec-1");
        cluster.run();
        cluster.endScript(0, "");
        PyJobStatus end = cluster.settle().status();
        assertThat(end.phase()).isEqualTo(Phase.Succeeded);
        assertThat(end.startTime()).isEqualTo("2026-06-01T12:00:00Z");
        assertThat(end.attempts()).extracting(AttemptStatus::number).containsExactly(1, 2);
        AttemptStatus first = end.attempts().get(0);
        assertThat(first.reason()).isEqualTo("ScriptFailed");
        assertThat(first.message()).isEqualTo("ValueError: no\nTraceback ...");
        assertThat(first.exitCode()).isEqualTo(3);
        assertThat(first.cause()).isEqualTo(FailureCause.Script);
        assertThat(first.startTime()).isEqualTo("2026-06-01T12:00:00Z");
        assertThat(first.scriptStartTime()).isEqualTo("2026-06-01T12:00:03Z");
        assertThat(first.completionTime()).isEqualTo("2026-06-01T12:00:03Z");
        assertThat(end.attempts().get(1).reason()).isEqualTo("Succeeded");
        assertThat(end.attempts().get(1).cause()).isNull();
    }

    @Test
    void retriesAreUsedUp() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.restart(
                Jobs.withExecutors(0), new RestartSpec(RestartPolicy.OnFailure, 2, null, null, null, "10m")));
        for (int attempt = 1; attempt <= 3; attempt++) {
            cluster.run();
            assertThat(cluster.status().attempt()).isEqualTo(attempt);
            cluster.endAttempt(1, "ValueError: no");
            cluster.settleFor(LONG);
        }
        assertThat(cluster.status().phase()).isEqualTo(Phase.Failed);
        assertThat(cluster.status().exitCode()).isEqualTo(1);
        assertThat(cluster.status().message())
                .isEqualTo("ValueError: no\nthis was attempt 3; spec.restart allows no more in a row");
    }

    @Test
    void theWaitDoublesUpToItsLongest() {
        SimulatedCluster cluster =
                new SimulatedCluster(Jobs.restart(Jobs.withExecutors(0), spec(RestartPolicy.Always, "10s", "60s")));
        List<Duration> pauses = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            cluster.run();
            cluster.endAttempt(1, "");
            cluster.settle();
            pauses.add(pause(cluster));
            cluster.settleFor(Duration.ofSeconds(61));
        }
        int[] whole = {10, 20, 40, 60, 60, 60};
        for (int i = 0; i < whole.length; i++) {
            assertThat(pauses.get(i)).isBetween(Duration.ofSeconds(whole[i] * 4L / 5), Duration.ofSeconds(whole[i]));
        }
    }

    @Test
    void jobsThatFailTogetherDoNotReturnTogether() {
        List<Duration> pauses = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            PyJob job = Jobs.onFailure(Jobs.withExecutors(0));
            job.getMetadata().setUid("3f2a9c1b-0000-4000-8000-0000000000" + (10 + i));
            SimulatedCluster cluster = SimulatedCluster.running(job);
            cluster.endScript(1, "");
            cluster.settle();
            pauses.add(pause(cluster));
        }
        assertThat(pauses.stream().distinct().count()).isGreaterThan(40);
    }

    @Test
    void aLongBackOffAloneRaisesTheLongest() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.restart(
                Jobs.withExecutors(0), new RestartSpec(RestartPolicy.Always, null, null, "1h", null, "10m")));
        cluster.endScript(1, "");
        cluster.settle();
        assertThat(pause(cluster)).isBetween(Duration.ofMinutes(48), Duration.ofHours(1));
    }

    @Test
    void aShortLongestAloneShortensTheBackOff() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.restart(
                Jobs.withExecutors(0), new RestartSpec(RestartPolicy.Always, null, null, null, "5s", "10m")));
        cluster.endScript(1, "");
        cluster.settle();
        assertThat(pause(cluster)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(5));
    }

    @Test
    void afterAHealthyTimeAFailureIsTheFirstInARow() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.restart(
                Jobs.withExecutors(0), new RestartSpec(RestartPolicy.OnFailure, 1, null, null, null, "10m")));
        for (int i = 0; i < 5; i++) {
            cluster.run();
            cluster.settleFor(Duration.ofMinutes(10));
            cluster.endAttempt(1, "");
            cluster.settle();
            assertThat(cluster.status().phase()).isEqualTo(Phase.Retrying);
            assertThat(cluster.status().restarts().failures()).isEqualTo(1);
            cluster.settleFor(Duration.ofSeconds(20));
        }
    }

    @Test
    void alwaysIsAlsoAfterASuccess() {
        SimulatedCluster cluster =
                SimulatedCluster.running(Jobs.restart(Jobs.withExecutors(0), spec(RestartPolicy.Always, "30s", "60s")));
        cluster.endAttempt(0, "");
        PyJobStatus status = cluster.settle().status();
        assertThat(status.phase()).isEqualTo(Phase.Retrying);
        assertThat(condition(status, "Retrying").getReason()).isEqualTo("Succeeded");
        assertThat(condition(status, "Retrying").getMessage()).startsWith("attempt 1 has succeeded; attempt 2 begins");
        assertThat(condition(status, "Complete").getStatus()).isEqualTo("False");
        cluster.settleFor(Duration.ofMinutes(1));
        assertThat(cluster.pods).containsKey("flights-2-driver");
        assertThat(cluster.status().restarts()).isEqualTo(RestartStatus.NONE);
    }

    @Test
    void onFailureIsNotAfterASuccess() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(0)));
        cluster.endAttempt(0, "");
        assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Succeeded);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLostDriverIsTheEndUnlessTheUserAsksForMore(boolean asks) {
        RestartSpec never = new RestartSpec(RestartPolicy.Never, null, asks ? 1 : null, null, null, "10m");
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.restart(Jobs.withExecutors(0), never));
        cluster.lose(cluster.driver(), "Evicted", false);
        PyJobStatus status = cluster.settle().status();
        assertThat(status.phase()).isEqualTo(asks ? Phase.Retrying : Phase.Failed);
        assertThat(status.attempts().get(0).reason()).isEqualTo("Evicted");
        assertThat(status.attempts().get(0).cause()).isEqualTo(FailureCause.Infrastructure);
    }

    @Test
    void neverIsNeverForTheScriptsOwnFailures() {
        RestartSpec never = new RestartSpec(RestartPolicy.Never, null, 5, null, null, "10m");
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.restart(Jobs.withExecutors(0), never));
        cluster.endScript(1, "");
        assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Failed);
    }

    @Test
    void lossesAreCountedApartFromFailures() {
        SimulatedCluster cluster = new SimulatedCluster(
                Jobs.restart(Jobs.withExecutors(0), new RestartSpec(RestartPolicy.OnFailure, 1, 2, null, null, "10m")));
        cluster.run();
        cluster.endAttempt(1, "");
        cluster.settleFor(LONG);
        for (int i = 0; i < 2; i++) {
            cluster.run();
            cluster.lose(cluster.driver(), "Preempted", false);
            cluster.settle();
            assertThat(cluster.status().restarts().losses()).isEqualTo(i + 1);
            cluster.settleFor(LONG);
        }
        cluster.run();
        cluster.lose(cluster.driver(), "Preempted", false);
        assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Failed);
    }

    @Test
    void aDriverThatSomebodyHasDeletedIsRunAgainWhenItIsGone() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(1)));
        cluster.deletePod("flights-1-driver", "by hand");
        cluster.settleFor(Duration.ofSeconds(1));
        assertThat(cluster.status().phase()).isEqualTo(Phase.Running);
        cluster.settleFor(Duration.ofSeconds(40));
        assertThat(cluster.pods).containsKey("flights-2-driver").doesNotContainKey("flights-1-driver");
        assertThat(cluster.status().attempts().get(0).cause()).isEqualTo(FailureCause.Infrastructure);
    }

    @Test
    void whatCannotStartIsNotTriedAgain() {
        SimulatedCluster cluster =
                new SimulatedCluster(Jobs.restart(Jobs.withExecutors(0), spec(RestartPolicy.Always, "10s", "60s")));
        cluster.settle();
        cluster.python(cluster.driver(), new ContainerState.Waiting("InvalidImageName", "Bad:Name"));
        PyJobStatus status = cluster.settle().status();
        assertThat(status.phase()).isEqualTo(Phase.Failed);
        assertThat(status.attempts().get(0).cause()).isEqualTo(FailureCause.Setup);
    }

    @Test
    void noScriptRunsBesideItself() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(0)));
        cluster.deletePod("flights-1-driver", "by hand"); // and its node does not answer
        cluster.settle();
        cluster.pass(DriverOutcome.DELETION);
        cluster.settle();
        assertThat(cluster.status().phase()).isEqualTo(Phase.Retrying);
        for (int i = 0; i < 20; i++) {
            cluster.pass(Duration.ofMinutes(1));
            assertThat(created(cluster.settle())).isEmpty();
        }
        assertThat(cluster.status().phase()).isEqualTo(Phase.Retrying);
        assertThat(condition(cluster.status(), "Stalled").getReason()).isEqualTo("DriverStillThere");
        assertThat(cluster.status().message()).contains("flights-1-driver", "delete the node");
        cluster.gone();
        assertThat(created(cluster.step())).contains("flights-2-driver");
    }

    @Test
    void aDriverThatNeverEndsFailsTheJobInTheEnd() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(0)));
        cluster.deletePod("flights-1-driver", "by hand");
        cluster.settle();
        cluster.pass(DriverOutcome.DELETION);
        cluster.settle();
        for (int i = 0; i < 40; i++) {
            cluster.pass(Duration.ofMinutes(1));
            cluster.settle();
        }
        assertThat(cluster.status().phase()).isEqualTo(Phase.Failed);
        assertThat(cluster.status().reason()).isEqualTo("DriverStillThere");
    }

    @Test
    void executorsOfTheAttemptBeforeAreToldToGo() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(2)));
        cluster.endScript(1, "");
        cluster.endJvm(cluster.driver(), 0, "");
        cluster.settle();
        assertThat(cluster.liveExecutors()).as("they may end by themselves").hasSize(2);
        cluster.pass(Duration.ofSeconds(16));
        assertThat(deleted(cluster.step())).containsExactly("flights-1-exec-1", "flights-1-exec-2");
    }

    @Test
    void theHistoryIsBoundedAndSoAreThePodsThatAreKept() {
        SimulatedCluster cluster =
                new SimulatedCluster(Jobs.restart(Jobs.withExecutors(1), spec(RestartPolicy.Always, "1s", "1s")));
        for (int i = 1; i <= 15; i++) {
            cluster.run();
            cluster.endAttempt(i % 2, "x".repeat(2000));
            cluster.settleFor(Duration.ofSeconds(3));
        }
        cluster.gone();
        assertThat(cluster.status().attempts())
                .extracting(AttemptStatus::number)
                .containsExactly(7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        assertThat(cluster.status().attempts())
                .allSatisfy(attempt -> assertThat(
                                Optional.ofNullable(attempt.message()).orElse(""))
                        .hasSizeLessThanOrEqualTo(500));
        assertThat(cluster.pods.values()).extracting(ObservedPod::attempt).allMatch(attempt -> attempt >= 7);
    }

    @Test
    void aNewOperatorKnowsWhenToGoOn() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(0)));
        cluster.endAttempt(1, "");
        cluster.settle();
        cluster.report = Optional.empty();
        Duration pause = pause(cluster);
        assertThat(cluster.plan().recheckAfter()).contains(pause);
        cluster.pass(pause.minusMillis(1));
        assertThat(cluster.settle().actions()).isEmpty();
        cluster.pass(Duration.ofMillis(1));
        assertThat(created(cluster.step())).contains("flights-2-driver");
    }

    @Test
    void anEditHoldsFromTheNextFailureOn() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(0)));
        Jobs.restart(cluster.job, RestartSpec.DEFAULT);
        cluster.endScript(1, "");
        assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Failed);
        Jobs.onFailure(cluster.job);
        assertThat(cluster.settleFor(LONG).status().phase()).isEqualTo(Phase.Failed);
        assertThat(cluster.everCreated).doesNotContain("flights-2-driver");
    }

    @Test
    void aJobThatIsDeletedWhileItWaitsIsCancelled() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(0)));
        cluster.endAttempt(1, "");
        cluster.settle();
        cluster.job.getMetadata().setDeletionTimestamp(cluster.now.toString());
        assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Cancelled);
    }

    @Test
    void aNodeWhoseClockIsAheadHoldsNothingUp() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(1)));
        cluster.jvm(cluster.driver(), cluster.ended(0, ""));
        cluster.python(cluster.driver(), new ContainerState.Ended(1, cluster.now.plus(Duration.ofHours(3)), ""));
        cluster.settle();
        assertThat(cluster.status().attempts().get(0).completionTime()).isEqualTo("2026-06-01T12:00:03Z");
        cluster.pods.remove("flights-1-driver");
        cluster.settleFor(Duration.ofSeconds(20));
        assertThat(cluster.pods.keySet()).containsExactly("flights-2-driver", "flights-2-exec-1");
    }

    @Test
    void eventsTellOfEachRetry() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(0)));
        cluster.endAttempt(1, "ValueError: no");
        Plan plan = cluster.step();
        assertThat(plan.events()).hasSize(1);
        JobEvent event = plan.events().get(0);
        assertThat(event.reason()).isEqualTo("Retrying");
        assertThat(event.isWarning()).isTrue();
        assertThat(event.message())
                .isEqualTo(condition(plan.status(), "Retrying").getMessage());
        assertThat(cluster.step().events()).isEmpty();
        cluster.pass(Duration.ofSeconds(10));
        assertThat(cluster.step().events()).extracting(JobEvent::reason).containsExactly("Created");
    }

    @Test
    void aStatusOfBeforeThereWereHistoriesIsUnderstood() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(0)));
        PyJobStatus b = cluster.status();
        cluster.job.setStatus(new PyJobStatus(
                b.phase(),
                b.conditions(),
                b.observedGeneration(),
                b.attempt(),
                b.executors(),
                b.progress(),
                b.startTime(),
                null,
                null,
                null,
                null,
                b.summary(),
                b.selector(),
                null,
                null,
                List.of(),
                RestartStatus.NONE));
        cluster.endAttempt(1, "");
        assertThat(cluster.settle().status().attempts().get(0).startTime()).isEqualTo("2026-06-01T12:00:00Z");
    }

    /** The wait is never shorter than four fifths of what is due, never longer than the longest, whatever is said. */
    @ParameterizedTest
    @EnumSource(RestartPolicy.class)
    void waitsKeepTheirBounds(RestartPolicy policy) {
        for (String backoff : List.of("1s", "10s", "7m")) {
            for (int inARow = 1; inARow < 60; inARow++) {
                PyJob job =
                        Jobs.restart(Jobs.withExecutors(0), new RestartSpec(policy, null, null, backoff, "10m", "1h"));
                Situation s =
                        Situation.of(job, Observed.NOTHING, SimulatedCluster.START, SimulatedCluster.SETTINGS, LONG);
                assertThat(NextAttempt.pause(s, inARow)).isBetween(Duration.ofMillis(800), Duration.ofMinutes(10));
            }
        }
    }

    @Test
    void aScriptOfAnAttemptThatIsOverStartsNothing() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(0)));
        cluster.endScript(1, "");
        cluster.settle();
        cluster.pods.put(
                "flights-1-exec-1",
                new ObservedPod(
                        "flights-1-exec-1",
                        1,
                        java.util.OptionalInt.of(1),
                        new Running(cluster.now),
                        new Running(cluster.now),
                        false));
        cluster.pass(Duration.ofSeconds(16));
        assertThat(deleted(cluster.step())).contains("flights-1-exec-1");
    }
}
