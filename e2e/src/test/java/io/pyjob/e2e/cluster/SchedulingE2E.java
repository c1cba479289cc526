package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.PyJobStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Kubernetes cannot start: the job says so at once, goes on when it can, and does not wait for ever. */
@OnCluster
final class SchedulingE2E {
    private static final String NO_NODE_HAS_IT = "500";

    private final TestNamespace namespace;

    SchedulingE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeAll
    static void startAll(TestNamespace namespace) {
        namespace.run("driver-too-big", "print('never')", """
                driver: {cpu: "%s"}
                executors: {instances: 1}
                """.formatted(NO_NODE_HAS_IT));
        namespace.run("executors-too-big", Scripts.SPARK + "print(sc.parallelize(range(4)).sum())", """
                executors: {instances: 1, cpu: "%s"}
                """.formatted(
                        NO_NODE_HAS_IT));
        namespace.run("executors-not-needed", Scripts.SPARK + "print('alone')", """
                executors: {instances: 1, cpu: "%s"}
                """.formatted(NO_NODE_HAS_IT));
        namespace.run("no-image", "print('never')", """
                python: {image: "registry.invalid/nobody/nothing:1"}
                executors: {instances: 0}
                """);
        namespace.run("no-image-name", "print('never')", """
                python: {image: "Nobody//Nothing"}
                executors: {instances: 0}
                """);
    }

    /** By its Event: the condition may be past when a test comes to look. */
    private static void saidUnschedulable(Job job, String pod) {
        assertThat(job.events()).anySatisfy(event -> {
            assertThat(event.getReason()).isEqualTo("Unschedulable");
            assertThat(event.getMessage()).contains(pod, "Insufficient cpu");
        });
    }

    @Test
    void anImageThatCannotBePulledIsNamed() {
        Job job = namespace.job("no-image");
        Condition stalled = job.awaits("Stalled");
        assertThat(stalled.getReason()).isIn("ErrImagePull", "ImagePullBackOff");
        assertThat(stalled.getMessage()).contains("registry.invalid/nobody/nothing:1");
        assertThat(job.events())
                .anySatisfy(event -> assertThat(event.getType()).isEqualTo("Warning"))
                .anySatisfy(event -> assertThat(event.getMessage()).contains("registry.invalid/nobody/nothing:1"));
    }

    @Test
    void aNameThatIsNoImageFailsAtOnce() {
        assertThat(namespace.job("no-image-name").failsWith()).contains("Nobody//Nothing");
    }

    @Test
    void executorsThatFindNoNodeAreNamed() {
        Job job = namespace.job("executors-too-big");
        PyJobStatus status = job.fails();
        assertThat(status.message()).contains("Insufficient cpu");
        saidUnschedulable(job, "executors-too-big-1-exec-1");
    }

    @Test
    void aScriptThatNeedsNoExecutorDoesNotWaitForOne() {
        assertThat(namespace.job("executors-not-needed").succeeds()).isEqualTo("alone\n");
    }

    /** e2e/run installs the operator with a patience of two minutes. */
    @Test
    void aDriverThatFindsNoNodeFailsInTheEnd() {
        Job job = namespace.job("driver-too-big");
        assertThat(job.failsWith()).contains("Insufficient cpu");
        saidUnschedulable(job, "driver-too-big-1-driver");
        assertThat(job.condition("Failed").orElseThrow().getReason()).isEqualTo("Unschedulable");
    }
}
