package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.pyjob.api.Phase;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The operator is lost and comes back, or another takes over: jobs do not notice. */
@OnCluster
final class OperatorE2E {
    private static NodeAgent node;

    private final TestNamespace namespace;

    OperatorE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeAll
    static void startAgent() {
        node = NodeAgent.start();
    }

    @AfterAll
    static void stopAgent() {
        node.close();
    }

    @AfterEach
    void oneAgain() {
        Operator.scale(1);
    }

    private static List<String> uids(Job job) {
        return Stream.concat(job.drivers().stream(), job.executors().stream())
                .map(pod ->
                        pod.getMetadata().getName() + " " + pod.getMetadata().getUid())
                .toList();
    }

    private void killOperator() {
        int restarts = Operator.restarts();
        node.kill(
                Operator.leader(),
                Operator.leader().getSpec().getContainers().get(0).getName());
        await("the operator to be restarted").atMost(Cluster.LONG).until(() -> Operator.restarts() > restarts);
    }

    @Test
    void killedInMidJobItResubmitsAndLosesNothing() {
        Job job = namespace
                .run("survives", Scripts.WORKING, "executors: {instances: 2}")
                .awaitsExecutors(2)
                .says("works");
        List<String> before = uids(job);
        killOperator();
        Operator.isUp(1);
        assertThat(job.phase()).isEqualTo(Phase.Running);
        long done = job.status().progress().tasksDone();
        job.awaits("reports again", status -> status.progress().tasksDone() > done);
        assertThat(job.status().executors().ready()).isEqualTo(2);
        assertThat(uids(job)).isEqualTo(before);
        job.go("end");
        job.succeeds();
        assertThat(uids(job)).isEqualTo(before);
        assertThat(job.status().executors().failed()).isZero();
    }

    /** The job ends, and the next one begins, while there is no operator. */
    @Test
    void whatHappenedWithoutItIsCaughtUpWith() {
        Job job = namespace
                .run("ends-alone", Scripts.WORKING, Scripts.ONE)
                .awaitsExecutors(1)
                .says("works");
        List<String> before = uids(job);
        Operator.scale(0);
        job.go("end");
        await("the script's end").atMost(Cluster.LONG).until(() -> job.output().contains("did "));
        Job next = namespace.run("begins-alone", Scripts.SPARK + "print(spark.range(5).count())", Scripts.ONE);
        Job leaves = namespace.run("leaves-alone", Scripts.WORKING, Scripts.ONE);
        namespace.kubectl("delete", "pyjob", "leaves-alone", "--wait=false").ok();
        Operator.scale(1);
        job.succeeds();
        assertThat(uids(job)).isEqualTo(before);
        assertThat(next.succeeds()).isEqualTo("5\n");
        await("the deleted job to be gone")
                .atMost(Cluster.LONG)
                .until(() -> leaves.object().isEmpty());
    }

    @Test
    void ofTwoOneLeadsAndTheOtherTakesOver() {
        Operator.scale(2);
        Job job = namespace
                .run("taken-over", Scripts.WORKING, Scripts.ONE)
                .awaitsExecutors(1)
                .says("works");
        List<String> before = uids(job);
        Pod leader = Operator.leader();
        await("reports to go to the leader alone")
                .atMost(Cluster.SOON)
                .untilAsserted(() -> assertThat(Operator.reportAddresses())
                        .containsExactly(leader.getStatus().getPodIP()));
        Cluster.client().resource(leader).withGracePeriod(0).delete();
        await("another leader")
                .atMost(Cluster.LONG)
                .until(() -> !Operator.leader()
                        .getMetadata()
                        .getName()
                        .equals(leader.getMetadata().getName()));
        await("reports to go to the new leader alone")
                .atMost(Cluster.SOON)
                .untilAsserted(() -> assertThat(Operator.reportAddresses())
                        .containsExactly(Operator.leader().getStatus().getPodIP()));
        long done = job.status().progress().tasksDone();
        job.awaits("reports again", status -> status.progress().tasksDone() > done);
        Job next = namespace.run("after", "print('led')", Scripts.ALONE);
        assertThat(next.succeeds()).isEqualTo("led\n");
        assertThat(next.drivers()).hasSize(1);
        job.go("end");
        job.succeeds();
        assertThat(uids(job)).isEqualTo(before);
    }
}
