package io.pyjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.plan.DriverReport.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What kubectl describe tells of a job. */
final class JobEventsTest {
    private final List<String> told = new ArrayList<>();

    @Test
    void theLifeOfAJobThatGoesWell() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(2));
        step(cluster);
        step(cluster);
        cluster.startAll();
        step(cluster);
        cluster.report(State.RUNNING, 2, 2, 2);
        step(cluster);
        Jobs.scale(cluster.job, 3);
        step(cluster);
        cluster.report(State.STOPPING, 0, 0, 3);
        step(cluster);
        cluster.endScript(0, "");
        step(cluster);
        assertThat(told)
                .containsExactly(
                        "Created: created the driver's pod and executors 1 to 2",
                        "Started: the script is running",
                        "ExecutorsReady: 2 of 2 executors are ready",
                        "Created: created executor 3",
                        "ScaledUp: from 2 to 3 executors",
                        "Succeeded: the script ended with exit code 0");
    }

    @Test
    void nothingIsToldTwice() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(2));
        cluster.settle();
        cluster.startAll();
        cluster.unscheduled(cluster.executor(1), "no room");
        cluster.unscheduled(cluster.executor(2), "no room");
        step(cluster);
        step(cluster);
        cluster.unscheduled(cluster.executor(1), "still no room");
        step(cluster);
        assertThat(told)
                .containsExactly(
                        "Started: the script is running",
                        "! Unschedulable: pod flights-1-exec-1 waits for a node: no room");
    }

    @Test
    void everyFailureOfAnExecutorIsToldOnce() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(3));
        cluster.endJvm(cluster.executor(2), 1, "two");
        cluster.endJvm(cluster.executor(3), 1, "three");
        step(cluster);
        step(cluster);
        cluster.pass(Duration.ofSeconds(1));
        cluster.endJvm(cluster.executor(1), 134, "");
        step(cluster);
        assertThat(told)
                .filteredOn(text -> text.contains("ExecutorFailed"))
                .containsExactly(
                        "! ExecutorFailed: executor 2 ended with exit code 1: two",
                        "! ExecutorFailed: executor 3 ended with exit code 1: three",
                        "! ExecutorFailed: executor 1 ended with exit code 134 (SIGABRT)");
    }

    @Test
    void twoWordsForOneProblemAreOneEvent() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(0));
        cluster.settle();
        cluster.jvm(cluster.driver(), new Waiting("ErrImagePull", "no such image"));
        step(cluster);
        cluster.jvm(cluster.driver(), new Waiting("ImagePullBackOff", "no such image"));
        step(cluster);
        assertThat(told).hasSize(1);
        cluster.pass(Duration.ofMinutes(5));
        step(cluster);
        assertThat(told.get(1))
                .isEqualTo("! Failed: ImagePullBackOff: container jvm of pod flights-1-driver cannot start:"
                        + " ImagePullBackOff: no such image");
    }

    @Test
    void aLongTracebackIsCut() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(0));
        cluster.endScript(1, "x".repeat(4000));
        step(cluster);
        assertThat(told.get(0)).startsWith("! Failed: ScriptFailed: xxx").endsWith("...");
        assertThat(told.get(0).length()).isLessThan(1024);
    }

    private void step(SimulatedCluster cluster) {
        cluster.step()
                .events()
                .forEach(event -> told.add((event.isWarning() ? "! " : "") + event.reason() + ": " + event.message()));
    }
}
