package io.pyjob.operator.plan;

import static io.pyjob.operator.plan.SimulatedCluster.created;
import static io.pyjob.operator.plan.SimulatedCluster.deleted;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.ExecutorFailure;
import io.pyjob.api.ExecutorsStatus;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.RestartStatus;
import io.pyjob.operator.plan.ContainerState.Running;
import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.plan.DriverReport.State;
import io.pyjob.operator.pods.PodSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class PlannerTest {
    private static final String DRIVER = "flights-1-driver";

    @Nested
    final class AtTheStart {
        @Test
        void objectsComeBeforePods() {
            Plan plan = new SimulatedCluster(Jobs.withExecutors(2)).plan();
            assertThat(created(plan)).containsExactly("Secret", "ConfigMap", "Service");
            assertThat(plan.status().phase()).isEqualTo(Phase.Pending);
            assertThat(plan.status().startTime()).isEqualTo("2026-06-01T12:00:00Z");
            assertThat(plan.recheckAfter()).isPresent();
        }

        @Test
        void driverAndExecutorsAreCreatedTogetherOnceTheDriversAddressIsKnown() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(2));
            cluster.step();
            Plan plan = cluster.step();
            assertThat(created(plan)).containsExactly(DRIVER, "flights-1-exec-1", "flights-1-exec-2");
            assertThat(plan.status().phase()).isEqualTo(Phase.Starting);
            assertThat(plan.status().executors()).isEqualTo(new ExecutorsStatus(2, 0, 2, 0));
        }

        @Test
        void aJobWithoutExecutorsHasADriver() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(0));
            cluster.step();
            assertThat(created(cluster.step())).containsExactly(DRIVER);
        }

        @Test
        void objectsAreNotWrittenAgainOncePodsHoldTheirContent() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.configMap = false;
            cluster.secret = false;
            assertThat(cluster.plan().actions()).isEmpty();
        }

        @Test
        void withoutTheSecretNoExecutorIsCreatedThatCouldNotStart() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            Jobs.scale(cluster.job, 2);
            cluster.secret = false;
            Plan plan = cluster.plan();
            assertThat(plan.actions()).isEmpty();
            assertThat(plan.recheckAfter()).isPresent();
        }

        @Test
        void aPlanThatWasCarriedOutOnlyInPartIsCompleted() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(3));
            cluster.step();
            List<Action> actions = cluster.plan().actions();
            actions.subList(0, 2).forEach(action -> action.carryOut(cluster)); // and no status is written
            cluster.settle();
            assertThat(cluster.pods.keySet())
                    .containsExactly(DRIVER, "flights-1-exec-1", "flights-1-exec-2", "flights-1-exec-3");
        }

        @Test
        void theJobRunsWhenItsScriptDoes() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            assertThat(cluster.status().phase()).isEqualTo(Phase.Starting);
            assertThat(condition(cluster.status(), "Running").getStatus()).isEqualTo("False");
            cluster.startAll();
            cluster.settle();
            assertThat(cluster.status().phase()).isEqualTo(Phase.Running);
            assertThat(condition(cluster.status(), "Running").getStatus()).isEqualTo("True");
        }
    }

    @Nested
    final class TheEnd {
        @Test
        void theJobSucceedsWithItsScriptAlthoughTheJvmRunsOn() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endScript(0, "");
            cluster.pass(Duration.ofMillis(300));
            Plan plan = cluster.settle();
            assertThat(plan.actions()).isEmpty();
            assertThat(plan.status().phase()).isEqualTo(Phase.Succeeded);
            assertThat(plan.status().exitCode()).isZero();
            assertThat(plan.status().completionTime()).isEqualTo("2026-06-01T12:00:03Z");
            assertThat(condition(plan.status(), "Complete").getStatus()).isEqualTo("True");
            assertThat(condition(plan.status(), "Failed").getStatus()).isEqualTo("False");
            assertThat(condition(plan.status(), "Finished").getStatus()).isEqualTo("True");
        }

        @Test
        void theJobFailsWithItsScriptsExitCodeAndMessage() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endScript(3, "ValueError: no such thing\nTraceback...\n");
            PyJobStatus status = cluster.settle().status();
            assertThat(status.phase()).isEqualTo(Phase.Failed);
            assertThat(status.exitCode()).isEqualTo(3);
            assertThat(status.message()).isEqualTo("ValueError: no such thing\nTraceback...");
            assertThat(condition(status, "Failed").getReason()).isEqualTo("ScriptFailed");
        }

        @Test
        void aScriptThatLeavesNoMessageIsDescribedByItsExitCode() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endScript(137, "");
            assertThat(cluster.settle().status().message())
                    .isEqualTo("the script's container ended with exit code 137 (SIGKILL); its memory limit is 512Mi");
        }

        @Test
        void theJvmsDeathIsTheCauseOfTheScripts() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endJvm(cluster.driver(), 137, "");
            cluster.pass(Duration.ofSeconds(2));
            cluster.endScript(1, "the driver's JVM ended while the script was running\nPy4JNetworkError: ...");
            PyJobStatus status = cluster.settle().status();
            assertThat(status.exitCode()).isEqualTo(1);
            assertThat(status.message())
                    .isEqualTo("the driver's JVM ended with exit code 137 (SIGKILL) while the script was running; "
                            + "its memory limit is 1Gi\nPy4JNetworkError: ...");
        }

        @Test
        void aScriptThatSucceedsWithoutItsJvmHasSucceeded() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endJvm(cluster.driver(), 1, "");
            cluster.endScript(0, "");
            assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Succeeded);
        }

        @Test
        void aJvmThatStopsBadlyAfterTheScriptIsNotTheCause() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endScript(2, "sorry");
            cluster.pass(Duration.ofSeconds(1));
            cluster.endJvm(cluster.driver(), 1, "");
            assertThat(cluster.settle().status().message()).isEqualTo("sorry");
        }

        @Test
        void aDriverThatWasToldToGoIsSaidSo() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.deletePod(DRIVER, "kubectl");
            assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Running);
            cluster.endScript(143, "");
            assertThat(cluster.settle().status().message())
                    .startsWith("the driver's pod was deleted or evicted while the script was running");
        }

        @Test
        void aResultNeverChanges() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endScript(0, "");
            PyJobStatus status = cluster.settle().status();
            cluster.pods.clear();
            cluster.report = Optional.empty();
            assertThat(cluster.settleAfter(Duration.ofHours(1)).status()).isEqualTo(status);
            Jobs.scale(cluster.job, 9);
            Plan plan = cluster.settleAfter(Duration.ofHours(1));
            assertThat(plan.actions()).isEmpty();
            assertThat(plan.status().phase()).isEqualTo(Phase.Succeeded);
            assertThat(plan.status().observedGeneration()).isEqualTo(2);
        }

        @Test
        void whatRunsOnAfterTheEndIsEndedAfterAWhileAndWhatHasEndedIsKept() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(3));
            cluster.endScript(0, "");
            cluster.endJvm(cluster.executor(1), 0, "");
            cluster.jvm(cluster.executor(3), Waiting.TO_START);
            Plan plan = cluster.step();
            assertThat(deleted(plan)).containsExactly("flights-1-exec-3");
            assertThat(plan.recheckAfter()).contains(Duration.ofSeconds(15));
            cluster.pass(Duration.ofSeconds(14));
            assertThat(cluster.step().actions()).isEmpty();
            cluster.pass(Duration.ofSeconds(1));
            plan = cluster.step();
            assertThat(deleted(plan)).containsExactly(DRIVER, "flights-1-exec-2");
            assertThat(plan.recheckAfter()).isEmpty();
        }

        @Test
        void podsThatHaveEndedStayForTheirLogs() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endScript(0, "");
            cluster.endJvm(cluster.driver(), 0, "");
            cluster.endJvm(cluster.executor(1), 0, "");
            assertThat(cluster.settle().recheckAfter()).isEmpty();
            assertThat(cluster.settleAfter(Duration.ofHours(1)).actions()).isEmpty();
        }

        @Test
        void deletingAJobCancelsIt() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.job.getMetadata().setDeletionTimestamp("2026-06-01T12:01:00Z");
            Plan plan = cluster.step();
            assertThat(deleted(plan)).containsExactly(DRIVER, "flights-1-exec-1");
            assertThat(plan.status().phase()).isEqualTo(Phase.Cancelled);
            assertThat(plan.status().exitCode()).isNull();
            assertThat(cluster.step().actions()).isEmpty();
        }

        @Test
        void deletingAJobThatHasNotStartedCreatesNothing() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.job.getMetadata().setDeletionTimestamp("2026-06-01T12:01:00Z");
            assertThat(cluster.plan().actions()).isEmpty();
        }

        @Test
        void deletingAJobThatHasEndedKeepsItsResult() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endScript(0, "");
            cluster.settle();
            cluster.job.getMetadata().setDeletionTimestamp("2026-06-01T12:01:00Z");
            Plan plan = cluster.step();
            assertThat(plan.status().phase()).isEqualTo(Phase.Succeeded);
            assertThat(deleted(plan)).containsExactly(DRIVER, "flights-1-exec-1");
        }
    }

    @Nested
    final class TheDriver {
        @Test
        void aJvmThatCannotStartFailsTheJobAtOnceWithItsMessage() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            cluster.startAll();
            cluster.endJvm(cluster.driver(), 1, "port 7078 is taken\n");
            PyJobStatus status = cluster.step().status();
            assertThat(status.phase()).isEqualTo(Phase.Failed);
            assertThat(status.exitCode()).isEqualTo(70);
            assertThat(status.message()).isEqualTo("port 7078 is taken");
        }

        @Test
        void aScriptGetsTenSecondsToNoticeThatItsJvmHasEnded() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endJvm(cluster.driver(), 134, "");
            Plan plan = cluster.step();
            assertThat(plan.status().phase()).isEqualTo(Phase.Running);
            assertThat(condition(plan.status(), "Stalled").getReason()).isEqualTo("DriverJvmEnded");
            assertThat(plan.recheckAfter()).contains(Duration.ofSeconds(10));
            cluster.pass(Duration.ofSeconds(9));
            assertThat(cluster.step().status().phase()).isEqualTo(Phase.Running);
            cluster.pass(Duration.ofSeconds(1));
            PyJobStatus status = cluster.step().status();
            assertThat(status.phase()).isEqualTo(Phase.Failed);
            assertThat(status.exitCode()).isEqualTo(70);
            assertThat(status.message())
                    .isEqualTo("the driver's JVM ended with exit code 134 (SIGABRT) while the script was running");
        }

        @Test
        void aDriverOutOfSightIsNotCreatedASecondTime() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            ObservedPod driver = cluster.driver();
            cluster.pods.remove(DRIVER);
            Plan plan = cluster.step();
            assertThat(plan.actions()).isEmpty();
            assertThat(plan.recheckAfter()).contains(Duration.ofSeconds(10));
            assertThat(condition(plan.status(), "Running").getStatus()).isEqualTo("Unknown");
            cluster.pods.put(DRIVER, driver);
            cluster.pass(Duration.ofSeconds(9));
            plan = cluster.step();
            assertThat(plan.status().phase()).isEqualTo(Phase.Starting);
            assertThat(condition(plan.status(), "Stalled").getStatus()).isEqualTo("False");
        }

        @Test
        void aDriverThatIsGoneFailsTheJob() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.pods.remove(DRIVER);
            cluster.step();
            cluster.pass(Duration.ofSeconds(10));
            PyJobStatus status = cluster.step().status();
            assertThat(status.phase()).isEqualTo(Phase.Failed);
            assertThat(status.exitCode()).isEqualTo(70);
            assertThat(status.message()).startsWith("the driver's pod is gone");
        }

        @Test
        void anImageThatCannotBePulledFailsTheJobAfterFiveMinutes() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            cluster.states(
                    cluster.driver(), new Running(cluster.now), new Waiting("ImagePullBackOff", "no such image"));
            Plan plan = cluster.step();
            assertThat(condition(plan.status(), "Running").getReason()).isEqualTo("ImagePullBackOff");
            assertThat(plan.recheckAfter()).contains(Duration.ofMinutes(5));
            cluster.pass(Duration.ofMinutes(4));
            cluster.python(cluster.driver(), new Waiting("ErrImagePull", "no such image"));
            assertThat(cluster.step().recheckAfter()).contains(Duration.ofMinutes(1));
            cluster.pass(Duration.ofMinutes(1));
            PyJobStatus status = cluster.step().status();
            assertThat(status.phase()).isEqualTo(Phase.Failed);
            assertThat(status.message())
                    .isEqualTo("container python of pod flights-1-driver cannot start: ErrImagePull: no such image");
        }

        @Test
        void aWrongImageNameFailsTheJobAtOnce() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            cluster.python(cluster.driver(), new Waiting("InvalidImageName", "Bad:Name"));
            assertThat(cluster.step().status().phase()).isEqualTo(Phase.Failed);
        }

        @Test
        void podsOfEarlierAttemptsAreEndedAndOtherwiseIgnored() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            PyJobStatus b = cluster.status();
            cluster.job.setStatus(new PyJobStatus(
                    b.phase(),
                    b.conditions(),
                    1L,
                    1,
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
            ObservedPod old = new ObservedPod(
                    "flights-0-exec-9",
                    0,
                    OptionalInt.of(9),
                    new Running(cluster.now),
                    new Running(cluster.now),
                    false);
            cluster.pods.put(old.name(), old);
            Plan plan = cluster.step();
            assertThat(deleted(plan)).containsExactly("flights-0-exec-9");
            assertThat(plan.status().executors()).isEqualTo(new ExecutorsStatus(1, 1, 1, 0));
        }
    }

    @Nested
    final class Executors {
        @Test
        void oneThatFailedIsReplacedUnderANewId() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(2));
            cluster.endJvm(cluster.executor(1), 137, "");
            cluster.report(State.RUNNING, 2, 1, 2);
            Plan plan = cluster.step();
            assertThat(created(plan)).containsExactly("flights-1-exec-3");
            assertThat(plan.status().executors().with(List.of())).isEqualTo(new ExecutorsStatus(2, 1, 3, 1));
            assertThat(plan.status().executors().failures())
                    .singleElement()
                    .isEqualTo(new ExecutorFailure(
                            1, 1, Conditions.time(cluster.now), "executor 1 ended with exit code 137 (SIGKILL)"));
            assertThat(condition(plan.status(), "ExecutorsReady").getMessage())
                    .isEqualTo("1 of 2 executors are ready; executor 1 ended with exit code 137 (SIGKILL)");
        }

        @Test
        void replacementsOfThoseThatNeverRegisterWaitLongerEachTime() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(2));
            cluster.endJvm(cluster.executor(2), 137, "");
            cluster.report(State.RUNNING, 2, 1, 2);
            cluster.step();
            List<Long> waits = new ArrayList<>();
            for (int id = 3; id < 11; id++) {
                cluster.endJvm(cluster.executor(id), 1, "");
                Duration wait = cluster.step().recheckAfter().orElseThrow();
                waits.add(wait.toSeconds());
                cluster.settleAfter(wait);
            }
            assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
            assertThat(cluster.status().phase()).isEqualTo(Phase.Running); // the other one works
        }

        @Test
        void aCrashLoopFailsTheJobWithTheLastOnesMessage() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            cluster.startAll();
            cluster.report(State.RUNNING, 1, 0, 0);
            for (int id = 1; id <= 3; id++) {
                assertThat(cluster.status().phase()).isNotEqualTo(Phase.Failed);
                cluster.endJvm(cluster.executor(id), 1, "no disk " + id);
                Plan plan = cluster.step();
                cluster.pass(plan.recheckAfter().orElse(Duration.ZERO));
                cluster.settle();
            }
            assertThat(cluster.status().phase()).isEqualTo(Phase.Failed);
            assertThat(cluster.status().exitCode()).isEqualTo(70);
            assertThat(cluster.status().executors().failed()).isEqualTo(3);
            assertThat(cluster.status().message())
                    .isEqualTo("3 executors in a row ended before they had registered with the driver; "
                            + "the last of them: executor 3 ended with exit code 1: no disk 3");
        }

        @Test
        void manyThatFailTogetherAreOneRound() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(20));
            cluster.settle();
            cluster.report(State.RUNNING, 20, 0, 0);
            for (int id = 1; id <= 20; id++) {
                cluster.endJvm(cluster.executor(id), 1, "");
            }
            Plan plan = cluster.step();
            assertThat(plan.recheckAfter()).contains(Duration.ofSeconds(1));
            cluster.settleAfter(Duration.ofSeconds(1));
            assertThat(cluster.liveExecutors()).hasSize(20).contains(21, 40);
        }

        @Test
        void aRegistrationEndsTheRowOfFailures() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            cluster.startAll();
            cluster.report(State.RUNNING, 1, 0, 0);
            for (int id = 1; id <= 2; id++) {
                cluster.endJvm(cluster.executor(id), 1, "");
                cluster.pass(cluster.step().recheckAfter().orElseThrow());
                cluster.settle();
            }
            cluster.report(State.RUNNING, 1, 1, 3);
            cluster.settleAfter(Duration.ofSeconds(30));
            assertThat(condition(cluster.status(), "ExecutorsReady").getStatus())
                    .isEqualTo("True");
            cluster.endJvm(cluster.executor(3), 1, "");
            cluster.report(State.RUNNING, 1, 0, 3);
            cluster.settle();
            assertThat(cluster.status().phase()).isEqualTo(Phase.Running);
            cluster.settleAfter(Duration.ofSeconds(4));
            assertThat(cluster.liveExecutors()).containsExactly(4);
        }

        @Test
        void thoseThatSparkToldToGoAreNeitherFailuresNorReplaced() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.dynamic(3, 0, 5));
            cluster.report(State.RUNNING, 1, 3, 3, 2, 3);
            cluster.settle();
            cluster.endJvm(cluster.executor(2), 1, "");
            cluster.endJvm(cluster.executor(3), 0, "");
            cluster.report(State.RUNNING, 1, 1, 3, 2, 3);
            Plan plan = cluster.settleAfter(Duration.ofMinutes(1));
            assertThat(plan.status().executors()).isEqualTo(new ExecutorsStatus(1, 1, 3, 0));
            assertThat(cluster.liveExecutors()).containsExactly(1);
        }

        @Test
        void oneThatIsLeavingIsReplacedIfSparkWantsAsManyAsBefore() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.dynamic(2, 0, 5));
            cluster.report(State.RUNNING, 2, 2, 2, 1);
            assertThat(created(cluster.step())).containsExactly("flights-1-exec-3");
        }

        @Test
        void oneThatSparkToldToGoBeforeItStartedIsEndedOnce() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.dynamic(1, 0, 5));
            cluster.report(State.RUNNING, 2, 1, 1);
            cluster.settle();
            cluster.report(State.RUNNING, 1, 1, 1, 2);
            assertThat(deleted(cluster.step())).containsExactly("flights-1-exec-2");
            assertThat(cluster.step().actions()).isEmpty();
        }

        @Test
        void noneIsReplacedWhileSparkStops() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(2));
            cluster.report(State.STOPPING, 0, 0, 2);
            cluster.endJvm(cluster.executor(1), 0, "");
            cluster.endJvm(cluster.executor(2), 1, "");
            Plan plan = cluster.settleAfter(Duration.ofMinutes(1));
            assertThat(cluster.liveExecutors()).isEmpty();
            assertThat(plan.status().executors()).isEqualTo(new ExecutorsStatus(0, 0, 2, 0));
        }

        @Test
        void aSecondSparkContextGetsExecutorsOfNewIds() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(2));
            cluster.report(State.STOPPING, 0, 0, 2);
            cluster.endJvm(cluster.executor(1), 0, "");
            cluster.endJvm(cluster.executor(2), 0, "");
            cluster.settleAfter(Duration.ofMinutes(1));
            cluster.report(State.RUNNING, 2, 0, 2);
            assertThat(created(cluster.step())).containsExactly("flights-1-exec-3", "flights-1-exec-4");
        }

        @Test
        void oneThatLeftInPeaceIsNotReplacedBeforeAReportOfStoppingCanHaveCome() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endJvm(cluster.executor(1), 0, "");
            Plan plan = cluster.step();
            assertThat(plan.actions()).isEmpty();
            assertThat(plan.recheckAfter()).contains(Duration.ofSeconds(2));
            cluster.pass(Duration.ofSeconds(2));
            assertThat(created(cluster.step())).containsExactly("flights-1-exec-2");
        }

        @Test
        void thoseThatGaveUpWaitingForSparkAreReplacedWhenItStarts() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(2));
            cluster.settle();
            cluster.startAll();
            cluster.report(State.STARTING, 0, 0, 0);
            cluster.settleAfter(Duration.ofMinutes(2));
            cluster.endJvm(cluster.executor(1), 70, "no driver at 10.96.0.17:7078 for 120 s");
            cluster.endJvm(cluster.executor(2), 70, "no driver at 10.96.0.17:7078 for 120 s");
            Plan plan = cluster.settleAfter(Duration.ofMinutes(10));
            assertThat(plan.status().phase()).isEqualTo(Phase.Running);
            assertThat(plan.status().executors()).isEqualTo(new ExecutorsStatus(2, 0, 2, 0));
            cluster.report(State.RUNNING, 2, 0, 0);
            assertThat(created(cluster.step())).containsExactly("flights-1-exec-3", "flights-1-exec-4");
        }

        @Test
        void aUsersNewNumberIsFilledUpTo() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            Jobs.scale(cluster.job, 3);
            assertThat(created(cluster.step())).containsExactly("flights-1-exec-2", "flights-1-exec-3");
        }

        @Test
        void aSmallerNumberEndsOnlyThoseThatHaveNotStarted() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(2));
            Jobs.scale(cluster.job, 4);
            cluster.settle();
            Jobs.scale(cluster.job, 1);
            assertThat(deleted(cluster.step())).containsExactly("flights-1-exec-4", "flights-1-exec-3");
            cluster.pods.remove("flights-1-exec-3");
            cluster.pods.remove("flights-1-exec-4");
            assertThat(cluster.step().actions()).isEmpty();
            assertThat(cluster.liveExecutors()).containsExactly(1, 2);
        }

        @Test
        void sparkChoosesBetweenTheBounds() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.dynamic(2, 1, 4));
            assertThat(cluster.status().executors().desired()).isEqualTo(2);
            cluster.report(State.RUNNING, 9, 2, 2);
            assertThat(cluster.settle().status().executors().desired()).isEqualTo(4);
            assertThat(cluster.liveExecutors()).hasSize(4);
            cluster.report(State.RUNNING, 0, 4, 4);
            assertThat(cluster.settle().status().executors().desired()).isEqualTo(1);
        }

        @Test
        void sparksChoiceHoldsWhileThereIsNoReport() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.dynamic(1, 1, 4));
            cluster.report(State.RUNNING, 3, 1, 1);
            cluster.settle();
            cluster.report = Optional.empty(); // the operator has started anew
            Plan plan = cluster.step();
            assertThat(plan.actions()).isEmpty();
            assertThat(plan.status().executors()).isEqualTo(new ExecutorsStatus(3, 1, 3, 0));
        }

        @Test
        void pastFailuresDoNotFailTheJobWhileThereIsNoReport() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            for (int id = 1; id < 6; id++) {
                cluster.endJvm(cluster.executor(id), 1, "");
                cluster.report(State.RUNNING, 1, 0, id);
                cluster.step();
                cluster.settleAfter(Duration.ofMinutes(11));
                cluster.report(State.RUNNING, 1, 1, id + 1);
                cluster.settle();
            }
            cluster.report = Optional.empty();
            assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Running);
        }

        @Test
        void thoseNotInSightYetAreNotCreatedUnderOtherIds() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            Jobs.scale(cluster.job, 2);
            Observed before = cluster.observed();
            cluster.step();
            Plan stale =
                    Planner.plan(cluster.job, before, cluster.now, SimulatedCluster.FRESH, SimulatedCluster.SETTINGS);
            assertThat(stale.actions()).isEmpty();
            assertThat(stale.recheckAfter()).isPresent();
            assertThat(condition(stale.status(), "ExecutorsReady").getReason()).isEqualTo("NotSeen");
        }

        @Test
        void thoseThatSomebodyHasDeletedAreReplacedUnderNewIds() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(2));
            cluster.pods.remove("flights-1-exec-2");
            cluster.report(State.RUNNING, 2, 1, 2);
            assertThat(cluster.step().actions()).isEmpty();
            cluster.pass(Duration.ofSeconds(10));
            Plan plan = cluster.step();
            assertThat(created(plan)).containsExactly("flights-1-exec-3");
            assertThat(plan.status().executors().failed()).isZero();
            cluster.pods.remove("flights-1-exec-1"); // lower than one in sight: gone for sure
            assertThat(created(cluster.step())).containsExactly("flights-1-exec-4");
        }

        @Test
        void anImageThatNoExecutorCanPullFailsTheJob() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            cluster.startAll();
            cluster.states(
                    cluster.executor(1), Waiting.TO_START, new Waiting("ImagePullBackOff", "the registry is down"));
            cluster.report(State.RUNNING, 1, 0, 0);
            cluster.step();
            cluster.pass(Duration.ofMinutes(5));
            PyJobStatus status = cluster.step().status();
            assertThat(status.phase()).isEqualTo(Phase.Failed);
            assertThat(status.message()).contains("flights-1-exec-1").contains("the registry is down");
        }

        @Test
        void withoutReportsExecutorsThatLeaveInPeaceAreTakenToHaveBeenToldSo() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settings = PodSettings.of("runtime", "python", "");
            cluster.settle();
            cluster.startAll();
            cluster.settle();
            cluster.endJvm(cluster.executor(1), 0, "");
            assertThat(cluster.settleAfter(Duration.ofMinutes(1)).actions()).isEmpty();
        }

        @Test
        void aNodeWhoseClockIsAheadDoesNotStopReplacement() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(2));
            cluster.jvm(cluster.executor(2), new ContainerState.Ended(1, cluster.now.plus(Duration.ofHours(1)), ""));
            cluster.report(State.RUNNING, 2, 1, 1);
            assertThat(created(cluster.step())).containsExactly("flights-1-exec-3");
        }
    }

    @Nested
    final class Status {
        @Test
        void aTransitionTimeChangesOnlyWithTheStatus() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            String since = condition(cluster.status(), "Running").getLastTransitionTime();
            cluster.settleAfter(Duration.ofMinutes(1));
            assertThat(condition(cluster.status(), "Running").getLastTransitionTime())
                    .isEqualTo(since);
            cluster.endScript(0, "");
            cluster.settleAfter(Duration.ofMinutes(1));
            assertThat(condition(cluster.status(), "Running").getLastTransitionTime())
                    .isEqualTo("2026-06-01T12:02:03Z");
        }

        @Test
        void nothingChangesInAStatusBecauseTimePasses() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            PyJobStatus status = cluster.status();
            assertThat(cluster.settleAfter(Duration.ofDays(1)).status()).isEqualTo(status);
        }

        @Test
        void reportsOfOtherAttemptsAreIgnored() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            DriverReport r = cluster.report.orElseThrow();
            cluster.report = Optional.of(new DriverReport(7, State.STOPPING, 0, 0, 99, r.killed(), r.progress()));
            assertThat(cluster.settle().status().executors().lastId()).isEqualTo(1);
        }

        @Test
        void theOrderOfObservationsDoesNotMatter() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(4));
            cluster.endJvm(cluster.executor(2), 1, "two");
            cluster.endJvm(cluster.executor(3), 1, "three");
            Plan plan = cluster.plan();
            List<ObservedPod> reversed = new ArrayList<>(cluster.pods.values());
            Collections.reverse(reversed);
            Observed seen = new Observed(true, true, cluster.address, reversed, cluster.report);
            assertThat(Planner.plan(cluster.job, seen, cluster.now, SimulatedCluster.FRESH, SimulatedCluster.SETTINGS))
                    .isEqualTo(plan);
        }

        @Test
        void everyConditionIsKnownToKubectlWaitFromTheFirstStatusOn() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            assertThat(cluster.step().status().conditions())
                    .extracting(Condition::getType)
                    .containsExactly(
                            "Running",
                            "ExecutorsReady",
                            "Stalled",
                            "Complete",
                            "Failed",
                            "Finished",
                            "Suspended",
                            "Retrying",
                            "MemoryLimitHit",
                            "PythonWorkersFailed",
                            "PreloadFailed",
                            "DependencyConflicts");
        }
    }

    private static Condition condition(PyJobStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
