package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A namespace's quota refuses pods: the job says so, waits, and goes on when there is room. */
@OnCluster
final class QuotaE2E {
    private final TestNamespace namespace;

    QuotaE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    private void allowPods(int pods) {
        namespace.applyObjects("""
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: pods, labels: {app.kubernetes.io/part-of: pyjob-e2e}}
                spec: {hard: {pods: "%d"}}
                """.formatted(pods));
        namespace
                .kubectl("wait", "--for=jsonpath={.status.hard.pods}=" + pods, "--timeout=30s", "resourcequota/pods")
                .ok();
    }

    @AfterEach
    void lift() {
        namespace.kubectl("delete", "resourcequota", "pods").ok();
    }

    @Test
    void aJobThatGetsNoPodWaitsForRoom() {
        allowPods(0);
        Job job = namespace.run("no-room", "print('room at last')", Scripts.ALONE);
        Condition stalled = job.awaits("Stalled");
        assertThat(stalled.getMessage()).contains("exceeded quota: pods");
        assertThat(job.pods()).isEmpty();
        allowPods(1);
        assertThat(job.succeeds()).isEqualTo("room at last\n");
    }

    @Test
    void executorsThatGetNoPodWaitForRoom() {
        allowPods(1);
        Job job =
                namespace.run("room-for-one", Scripts.SPARK + "print(sc.parallelize(range(4), 2).sum())", Scripts.ONE);
        assertThat(job.awaits("Stalled").getMessage()).contains("exceeded quota: pods");
        assertThat(job.executors()).isEmpty();
        allowPods(2);
        assertThat(job.succeeds()).isEqualTo("6\n");
        assertThat(job.drivers()).hasSize(1);
    }
}
