package io.pyjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.Phase;
import io.pyjob.api.PodFields;
import io.pyjob.api.PyJob;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.ContainerState.Running;
import io.pyjob.operator.plan.ContainerState.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Containers that are not PyJob's own: they decide nothing, and keep nothing up. */
final class OtherContainersTest {
    private static final OtherContainer FOREVER =
            new OtherContainer("proxy", new Running(SimulatedCluster.START), true);

    private static void puts(SimulatedCluster cluster, ObservedPod pod, OtherContainer other) {
        cluster.pods.put(
                pod.name(),
                new ObservedPod(
                        pod.name(),
                        pod.attempt(),
                        pod.executorId(),
                        pod.jvm(),
                        pod.python(),
                        pod.deleting(),
                        pod.nodeSince(),
                        pod.unscheduled(),
                        pod.loss(),
                        pod.pythonBefore(),
                        pod.steps(),
                        List.of(other)));
    }

    private static List<String> deleted(Plan plan) {
        return plan.actions().stream()
                .filter(Action.DeletePod.class::isInstance)
                .map(action -> ((Action.DeletePod) action).name())
                .toList();
    }

    @Test
    void aDriverThatIsKeptUpIsEndedAWhileAfterTheJob() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(0));
        cluster.states(cluster.driver(), new Ended(0, cluster.now, ""), new Ended(0, cluster.now, ""));
        puts(cluster, cluster.driver(), FOREVER);
        Plan plan = cluster.plan();
        assertThat(plan.status().phase()).isEqualTo(Phase.Succeeded);
        assertThat(deleted(plan)).isEmpty();
        cluster.job.setStatus(plan.status());
        cluster.pass(plan.recheckAfter().orElseThrow());
        assertThat(deleted(cluster.plan())).containsExactly(cluster.driver().name());
    }

    @Test
    void anEndedDriverWithASidecarStaysForItsLogs() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(0));
        cluster.states(cluster.driver(), new Ended(0, cluster.now, ""), new Ended(0, cluster.now, ""));
        puts(cluster, cluster.driver(), new OtherContainer("proxy", new Running(SimulatedCluster.START), false));
        Plan plan = cluster.plan();
        assertThat(plan.status().phase()).isEqualTo(Phase.Succeeded);
        cluster.job.setStatus(plan.status());
        cluster.pass(Duration.ofMinutes(10));
        assertThat(deleted(cluster.plan())).isEmpty();
    }

    @Test
    void anExecutorThatHasEndedAndIsKeptUpGoes() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(2));
        ObservedPod executor = cluster.executor(1);
        cluster.states(executor, new Ended(1, cluster.now, ""), executor.python());
        puts(cluster, cluster.executor(1), FOREVER);
        assertThat(deleted(cluster.plan())).contains(executor.name());
    }

    @Test
    void whatKeepsAPodFromStartingIsNamed() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(0));
        cluster.settle();
        puts(
                cluster,
                cluster.driver(),
                new OtherContainer("fetch", new Waiting("ErrImagePull", "no such image"), false));
        assertThat(cluster.step().status().message())
                .isEqualTo("container fetch of pod flights-1-driver cannot start: ErrImagePull: no such image");
    }

    @Test
    void troubleBesideARunningScriptIsNoneOfTheJobs() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(0));
        puts(cluster, cluster.driver(), new OtherContainer("proxy", new Waiting("CrashLoopBackOff", "again"), false));
        Plan plan = cluster.step();
        assertThat(plan.status().phase()).isEqualTo(Phase.Running);
        assertThat(plan.status().reason()).isNotEqualTo("CrashLoopBackOff");
    }

    @Test
    void aPodThatNoSchedulerLooksAtSaysWhoseItWouldBe() {
        PyJob job = Jobs.withExecutors(0);
        PodFields ghost = new PodFields(
                Map.of(), Map.of(), Map.of(), List.of(), null, null, "ghost", null, null, List.of(), Map.of());
        job.setSpec(job.getSpec().withPods(ghost));
        SimulatedCluster cluster = new SimulatedCluster(job);
        cluster.settle();
        ObservedPod pod = cluster.driver();
        cluster.pods.put(
                pod.name(),
                new ObservedPod(
                        pod.name(),
                        pod.attempt(),
                        pod.executorId(),
                        Waiting.TO_START,
                        Waiting.TO_START,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(PodStep.CREATED, cluster.now)));
        assertThat(cluster.step().status().reason()).isNotEqualTo("Unschedulable");
        cluster.pass(Duration.ofMinutes(1));
        assertThat(cluster.step().status().message())
                .isEqualTo("pod flights-1-driver waits for a node, and no scheduler has looked at it; is there a"
                        + " scheduler named ghost (its schedulerName)?");
    }

    @Test
    void anInitContainerThatFailsIsTheReason() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(0));
        cluster.settle();
        Ended failed = new Ended(3, cluster.now, "init container fetch ended with exit code 3", Ended.INIT_FAILED);
        cluster.states(cluster.driver(), failed, failed);
        Plan plan = cluster.step();
        assertThat(plan.status().phase()).isEqualTo(Phase.Failed);
        assertThat(plan.status().reason()).isEqualTo("InitContainerFailed");
        assertThat(plan.status().message()).isEqualTo("init container fetch ended with exit code 3");
    }

    @Test
    void aTemplateThatIsNoPodsFailsTheJobBeforeAnythingIsWritten() {
        PyJob job = Jobs.withExecutors(1);
        job.setSpec(job.getSpec()
                .withPods(new PodFields(
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        Map.of("spec", Map.of("tolerations", Map.of("key", "value"))))));
        Plan plan = new SimulatedCluster(job).plan();
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.status().phase()).isEqualTo(Phase.Failed);
        assertThat(plan.status().reason()).isEqualTo("InvalidSpec");
        assertThat(plan.status().message())
                .isEqualTo("spec.pods.template.spec.tolerations: is not what Kubernetes has there: it is a mapping");
    }
}
