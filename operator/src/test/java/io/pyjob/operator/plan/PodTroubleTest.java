package io.pyjob.operator.plan;

import static io.pyjob.operator.plan.SimulatedCluster.created;
import static io.pyjob.operator.plan.SimulatedCluster.deleted;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.ContainerState.Running;
import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.plan.DriverReport.State;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Pods that find no node, that the cluster ends, that do not start, and containers that run out of memory. */
final class PodTroubleTest {
    private static final String NO_ROOM = "0/3 nodes are available: 3 Insufficient cpu.";

    @Nested
    final class WithoutANode {
        @Test
        void aDriverStallsTheJobForAsLongAsItMayWait() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            cluster.unscheduled(cluster.driver(), NO_ROOM);
            Plan plan = cluster.step();
            assertThat(plan.status().reason()).isEqualTo("Unschedulable");
            assertThat(plan.status().message()).isEqualTo("pod flights-1-driver waits for a node: " + NO_ROOM);
            assertThat(condition(plan.status(), "Running").getReason()).isEqualTo("Unschedulable");
            assertThat(plan.recheckAfter()).contains(SimulatedCluster.CAPACITY_PATIENCE);
            plan = cluster.settleAfter(SimulatedCluster.CAPACITY_PATIENCE);
            assertThat(plan.status().phase()).isEqualTo(Phase.Failed);
            assertThat(plan.status().reason()).isEqualTo("Unschedulable");
        }

        @Test
        void theTimeSpentWaitingForANodeIsNotTakenFromTheImages() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(0));
            cluster.settle();
            cluster.unscheduled(cluster.driver(), NO_ROOM);
            cluster.step();
            cluster.pass(Duration.ofMinutes(20));
            cluster.states(cluster.driver(), new Waiting("ErrImagePull", ""), Waiting.TO_START);
            Plan plan = cluster.step();
            assertThat(plan.status().phase()).isEqualTo(Phase.Starting);
            assertThat(plan.recheckAfter()).contains(Duration.ofMinutes(5));
            assertThat(condition(plan.status(), "Stalled").getLastTransitionTime())
                    .isEqualTo("2026-06-01T12:20:00Z");
        }

        @Test
        void aJobWithOneReadyExecutorGoesOn() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            Jobs.scale(cluster.job, 2);
            cluster.settle();
            cluster.unscheduled(cluster.executor(2), NO_ROOM);
            PyJobStatus status = cluster.settleAfter(Duration.ofDays(1)).status();
            assertThat(status.phase()).isEqualTo(Phase.Running);
            assertThat(condition(status, "Stalled").getStatus()).isEqualTo("False");
            assertThat(condition(status, "ExecutorsReady").getReason()).isEqualTo("Unschedulable");
        }

        @Test
        void aJobIsNotStalledWhileOneExecutorMayStillStart() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(2));
            cluster.settle();
            cluster.startAll();
            cluster.unscheduled(cluster.executor(2), NO_ROOM);
            PyJobStatus status = cluster.step().status();
            assertThat(condition(status, "Stalled").getStatus()).isEqualTo("False");
            cluster.unscheduled(cluster.executor(1), NO_ROOM);
            status = cluster.step().status();
            assertThat(condition(status, "Stalled").getReason()).isEqualTo("Unschedulable");
        }
    }

    @Nested
    final class EndedByTheCluster {
        @Test
        void anExecutorIsReplacedAndIsNoFailure() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(2));
            cluster.lose(cluster.executor(1), "Evicted", false);
            cluster.report(State.RUNNING, 2, 1, 2);
            Plan plan = cluster.step();
            assertThat(created(plan)).containsExactly("flights-1-exec-3");
            assertThat(plan.status().executors().failed()).isZero();
            assertThat(condition(plan.status(), "ExecutorsReady").getMessage())
                    .isEqualTo("1 of 2 executors are ready; executor 1 was ended by the cluster: Evicted: "
                            + "the node was low on memory");
            assertThat(plan.events()).extracting(JobEvent::reason).containsExactly("Created", "ExecutorLost");
        }

        @Test
        void executorsThatAreLostAgainAndAgainWaitAndStallTheJob() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            cluster.startAll();
            cluster.report(State.RUNNING, 1, 0, 0);
            Duration waited = Duration.ZERO;
            int lost = 0;
            while (!cluster.status().phase().isFinal()) {
                assertThat(waited).isLessThan(SimulatedCluster.CAPACITY_PATIENCE.multipliedBy(2));
                for (int id : cluster.liveExecutors()) {
                    cluster.lose(cluster.executor(id), "OutOfmemory", true);
                    lost++;
                }
                Duration wait = min(cluster.step().recheckAfter().orElse(Duration.ZERO), Duration.ofSeconds(20));
                waited = waited.plus(wait);
                cluster.pass(wait);
            }
            assertThat(cluster.status().reason()).isEqualTo("ExecutorsLost");
            assertThat(cluster.status().executors().failed()).isZero();
            assertThat(lost).isLessThan(60);
        }

        private static Duration min(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }

        @Test
        void aDriverFailsTheJobWithTheClustersWords() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.lose(cluster.driver(), "Evicted", false);
            PyJobStatus status = cluster.step().status();
            assertThat(status.phase()).isEqualTo(Phase.Failed);
            assertThat(status.reason()).isEqualTo("Evicted");
            assertThat(status.exitCode()).isEqualTo(70);
            assertThat(status.message())
                    .isEqualTo("the driver's pod was ended by the cluster (Evicted: the node was low on memory) while"
                            + " the script was running");
        }

        @Test
        void aScriptThatHadSucceededHasSucceeded() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.endScript(0, "");
            cluster.lose(cluster.driver(), "Evicted", false);
            assertThat(cluster.step().status().phase()).isEqualTo(Phase.Succeeded);
        }

        @Test
        void aDriverThatItsNodeRefusedIsCreatedAgainUnderAnotherName() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            cluster.lose(cluster.driver(), "OutOfcpu", true);
            Plan plan = cluster.step();
            assertThat(plan.status().reason()).isEqualTo("OutOfcpu");
            assertThat(plan.recheckAfter()).contains(Duration.ofSeconds(2));
            cluster.pass(Duration.ofSeconds(2));
            assertThat(cluster.step().status().attempt()).isEqualTo(2);
            plan = cluster.step();
            assertThat(created(plan)).containsExactly("flights-2-driver", "flights-2-exec-1");
            assertThat(deleted(plan)).containsExactly("flights-1-exec-1");
            assertThat(plan.status().phase()).isEqualTo(Phase.Starting);
        }

        @Test
        void aDriverThatEveryNodeRefusesFailsTheJob() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(0));
            cluster.settle();
            for (int i = 0; i < 100 && !cluster.status().phase().isFinal(); i++) {
                cluster.pods.values().stream()
                        .filter(pod -> pod.isDriver() && pod.loss().isEmpty())
                        .findFirst()
                        .ifPresent(pod -> cluster.lose(pod, "OutOfcpu", true));
                cluster.pass(cluster.step().recheckAfter().orElse(Duration.ZERO));
            }
            assertThat(cluster.status().phase()).isEqualTo(Phase.Failed);
            assertThat(cluster.status().reason()).isEqualTo("OutOfcpu");
            assertThat(cluster.status().attempt()).isEqualTo(5);
        }

        @Test
        void aDriverOnALostNodeDoesNotKeepTheJobForEver() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(0));
            cluster.deletePod("flights-1-driver", "its node does not answer");
            assertThat(cluster.step().status().reason()).isEqualTo("DriverDeleted");
            PyJobStatus status = cluster.settleAfter(Duration.ofSeconds(90)).status();
            assertThat(status.phase()).isEqualTo(Phase.Failed);
            assertThat(status.message()).contains("does not end");
        }
    }

    @Nested
    final class OutOfMemory {
        @Test
        void aScriptIsToldWhichFieldToRaise() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(0));
            cluster.python(cluster.driver(), new Ended(137, cluster.now, "killed by signal 9", "OOMKilled"));
            PyJobStatus status = cluster.step().status();
            assertThat(status.reason()).isEqualTo("OutOfMemory");
            assertThat(status.exitCode()).isEqualTo(137);
            assertThat(status.message())
                    .isEqualTo("the script's container ran out of memory: its limit is 512Mi; raise"
                            + " spec.driver.python.memory\nkilled by signal 9");
            assertThat(condition(status, "MemoryLimitHit").getReason()).isEqualTo("DriverPython");
        }

        @Test
        void theDriversJvmIsTheCauseOfTheScriptsEnd() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(0));
            cluster.jvm(cluster.driver(), new Ended(137, cluster.now, "", "OOMKilled"));
            cluster.pass(Duration.ofSeconds(2));
            cluster.endScript(1, "the driver's JVM ended while the script was running\nPy4JNetworkError");
            PyJobStatus status = cluster.step().status();
            assertThat(status.reason()).isEqualTo("OutOfMemory");
            assertThat(status.message())
                    .isEqualTo("the driver's JVM ran out of memory: its limit is 1Gi; raise spec.driver.memory\n"
                            + "Py4JNetworkError");
        }

        @Test
        void anExecutorsJvmIsToldAndReplaced() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(2));
            cluster.jvm(cluster.executor(2), new Ended(137, cluster.now, "", "OOMKilled"));
            cluster.report(State.RUNNING, 2, 1, 2);
            Plan plan = cluster.step();
            assertThat(created(plan)).containsExactly("flights-1-exec-3");
            assertThat(condition(plan.status(), "ExecutorsReady").getMessage())
                    .endsWith("the JVM of executor 2 ran out of memory: its limit is 1Gi; raise spec.executors.memory");
            assertThat(plan.events())
                    .extracting(JobEvent::reason)
                    .containsExactly("Created", "ExecutorFailed", "MemoryLimitHit");
        }

        @Test
        void aPythonContainerThatWasStartedAgainIsRememberedWhenItsPodIsGone() {
            SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
            cluster.restartPython(
                    cluster.executor(1), new Running(cluster.now), new Ended(137, cluster.now, "", "OOMKilled"));
            Plan plan = cluster.step();
            Condition hit = condition(plan.status(), "MemoryLimitHit");
            assertThat(hit.getStatus()).isEqualTo("True");
            assertThat(hit.getReason()).isEqualTo("ExecutorPython");
            assertThat(hit.getMessage())
                    .isEqualTo("the Python container of executor 1 ran out of memory: its limit is 1Gi; raise"
                            + " spec.executors.python.memory");
            assertThat(plan.events())
                    .extracting(JobEvent::reason)
                    .containsExactly("MemoryLimitHit", "PythonPoolRestarted");
            assertThat(condition(plan.status(), "ExecutorsReady").getStatus()).isEqualTo("True");
            cluster.pods.remove("flights-1-exec-1");
            assertThat(condition(cluster.step().status(), "MemoryLimitHit")).isEqualTo(hit);
        }
    }

    @Nested
    final class ThatDoNotStart {
        @Test
        void aScriptsImageWithoutPythonFailsTheJobAtOnce() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(0));
            cluster.settle();
            cluster.states(
                    cluster.driver(),
                    new Running(cluster.now),
                    new Ended(128, cluster.now, "exec: \"python3\": executable file not found", "StartError"));
            PyJobStatus status = cluster.step().status();
            assertThat(status.phase()).isEqualTo(Phase.Failed);
            assertThat(status.reason()).isEqualTo("StartError");
            assertThat(status.exitCode()).isEqualTo(70);
            assertThat(status.message())
                    .isEqualTo("the script's container cannot be started from its image: exec: \"python3\": executable"
                            + " file not found");
        }

        @Test
        void aSidecarThatEndsAgainAndAgainFailsTheJobThoughItRunsInBetween() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
            cluster.settle();
            cluster.python(cluster.driver(), new Running(cluster.now));
            cluster.jvm(cluster.driver(), new Running(cluster.now));
            for (int i = 0; i < 100 && !cluster.status().phase().isFinal(); i++) {
                Ended last = new Ended(78, cluster.now, "Python 3.8 is too old", "Error");
                ContainerState state = switch (i % 3) {
                    case 0 -> new Running(cluster.now);
                    case 1 -> last;
                    default -> new Waiting("CrashLoopBackOff", "back-off 10s");
                };
                cluster.restartPython(cluster.executor(1), state, last);
                cluster.step();
                cluster.pass(Duration.ofSeconds(10));
            }
            assertThat(cluster.now).isEqualTo(SimulatedCluster.START.plus(Duration.ofSeconds(310)));
            assertThat(cluster.status().phase()).isEqualTo(Phase.Failed);
            assertThat(cluster.status().reason()).isEqualTo("CrashLoopBackOff");
            assertThat(cluster.status().message()).contains("exit code 78: Python 3.8 is too old");
        }

        @Test
        void containersThatAreCreatedForEverStallTheJob() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(0));
            cluster.settle();
            cluster.schedule(cluster.driver());
            assertThat(condition(cluster.step().status(), "Stalled").getStatus())
                    .isEqualTo("False");
            PyJobStatus status = cluster.settleAfter(Duration.ofMinutes(1)).status();
            assertThat(status.reason()).isEqualTo("ContainerCreating");
            assertThat(status.message()).endsWith("kubectl describe pod flights-1-driver tells more");
            status = cluster.settleAfter(SimulatedCluster.CAPACITY_PATIENCE).status();
            assertThat(status.phase()).isEqualTo(Phase.Failed);
        }

        @Test
        void ofTwoProblemsTheOneThatCannotPassIsTold() {
            SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(0));
            cluster.settle();
            cluster.states(
                    cluster.driver(),
                    new Waiting("ImagePullBackOff", "no such image"),
                    new Waiting("InvalidImageName", "Bad:Name"));
            assertThat(cluster.step().status().reason()).isEqualTo("InvalidImageName");
        }
    }

    private static Condition condition(PyJobStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
