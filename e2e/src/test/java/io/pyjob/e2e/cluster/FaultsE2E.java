package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.pyjob.api.PyJobStatus;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each part of a running job is lost in turn: the job goes on, or its end says what was lost and why. */
@OnCluster
final class FaultsE2E {
    private static NodeAgent node;

    private final TestNamespace namespace;

    FaultsE2E(TestNamespace namespace) {
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

    private static void delete(Pod pod) {
        Cluster.client().resource(pod).withGracePeriod(0).delete();
    }

    private static List<String> uids(List<Pod> pods) {
        return pods.stream().map(pod -> pod.getMetadata().getUid()).toList();
    }

    @Test
    void anExecutorThatIsDeletedIsReplaced() {
        Job job = namespace
                .run("loses-executor", Scripts.WORKING, "executors: {instances: 2}")
                .awaitsExecutors(2)
                .says("works");
        Pod lost = job.executors().get(0);
        namespace
                .kubectl("delete", "pod", lost.getMetadata().getName(), "--wait=false")
                .ok();
        await("a third executor")
                .atMost(Cluster.LONG)
                .untilAsserted(() -> assertThat(job.executors())
                        .extracting(pod -> pod.getMetadata().getName())
                        .contains("loses-executor-1-exec-3")
                        .doesNotContain(lost.getMetadata().getName()));
        job.awaitsExecutors(2).go("end");
        assertThat(job.succeeds()).containsPattern("did [1-9][0-9]* tasks");
    }

    @Test
    void anExecutorsJvmThatIsKilledIsReplaced() {
        Job job = namespace
                .run("loses-jvm", Scripts.WORKING, Scripts.ONE)
                .awaitsExecutors(1)
                .says("works");
        node.kill(job.executors().get(0), "jvm");
        await("a second executor")
                .atMost(Cluster.LONG)
                .until(() -> job.executors().size() == 2);
        assertThat(job.awaits("a failure counted", s -> s.executors().failed() == 1)
                        .executors()
                        .lastId())
                .isEqualTo(2);
        job.awaitsExecutors(1).go("end");
        job.succeeds();
    }

    @Test
    void aPoolThatIsKilledComesBackInTheSamePod() {
        Job job = namespace
                .run("loses-pool", Scripts.WORKING, Scripts.ONE)
                .awaitsExecutors(1)
                .says("works");
        List<String> before = uids(job.executors());
        node.kill(job.executors().get(0), "python");
        await("the container to be restarted")
                .atMost(Cluster.LONG)
                .until(() -> Job.container(job.executors().get(0), "python").getRestartCount() == 1
                        && Job.container(job.executors().get(0), "python")
                                        .getState()
                                        .getRunning()
                                != null);
        job.go("end");
        job.succeeds();
        assertThat(uids(job.executors())).isEqualTo(before);
        assertThat(Job.container(job.executors().get(0), "jvm").getRestartCount())
                .isZero();
    }

    /** A worker over its container's limit costs a task; the executor and what it holds stay. */
    @Test
    void aWorkerOutOfMemoryCostsATask() {
        Job job = namespace.run("worker-too-big-once", Scripts.SPARK + """
                from pyspark import TaskContext

                def grow(x):
                    if TaskContext.get().attemptNumber() == 0:
                        len(b"x" * (1 << 30))
                    return x

                print(sc.parallelize([5], 1).map(grow).sum())
                """, Scripts.ONE);
        assertThat(job.succeeds()).endsWith("5\n");
        assertThat(job.executors()).as("no executor was lost").hasSize(1);
        assertThat(job.status().executors().failed()).isZero();
        assertThat(job.status().progress().tasksFailed()).isPositive();
    }

    @Test
    void aWorkerThatIsAlwaysOutOfMemoryFailsTheJobAndTheLimitIsNamed() {
        Job job = namespace.run("worker-too-big", Scripts.SPARK + """
                sc.parallelize([1], 1).map(lambda x: len(b"x" * (1 << 30))).collect()
                """, Scripts.ONE);
        PyJobStatus status = job.fails();
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.message()).contains("Python worker", "executors.python.memory");
        assertThat(job.executors()).as("no executor was lost").hasSize(1);
    }

    @Test
    void aScriptOutOfMemoryFailsAndTheLimitIsNamed() {
        PyJobStatus status = namespace
                .run("script-too-big", Scripts.SPARK + "print(len(b'x' * (1 << 30)))", Scripts.ALONE)
                .fails();
        assertThat(status.exitCode()).isEqualTo(137);
        assertThat(status.message()).containsIgnoringCase("memory").contains("driver.python.memory", "256Mi");
    }

    /** More than a heap can hold comes back to the driver. */
    @Test
    void aDriversJvmOutOfMemoryFailsAndTheLimitIsNamed() {
        PyJobStatus status = namespace
                .run(
                        "driver-too-big",
                        Scripts.SPARK + """
                rows = spark.range(0, 1000, 1, 50).selectExpr("repeat(uuid(), 50000) AS text")
                print(len(rows.collect()))
                """,
                        "{executors: {instances: 1}, conf: {spark.driver.maxResultSize: 8g}}")
                .fails();
        assertThat(status.exitCode()).isNotZero();
        assertThat(status.message())
                .containsAnyOf("OutOfMemoryError", "out of memory")
                .contains("driver.memory");
    }

    @Test
    void aDriversJvmThatIsKilledFailsTheJob() {
        Job job =
                namespace.run("loses-driver-jvm", Scripts.WORKING, Scripts.ONE).says("works");
        node.kill(job.driver(), "jvm");
        PyJobStatus status = job.fails();
        assertThat(status.exitCode()).isNotZero();
        assertThat(status.message()).contains("driver's JVM", "SIGKILL", "900Mi");
    }

    @Test
    void aScriptsContainerThatIsKilledFailsTheJob() {
        Job job = namespace.run("loses-script", Scripts.WORKING, Scripts.ONE).says("works");
        node.kill(job.driver(), "python");
        PyJobStatus status = job.fails();
        assertThat(status.exitCode()).isEqualTo(137);
        assertThat(status.message()).contains("SIGKILL", "256Mi");
    }

    @Test
    void aDriverThatIsDeletedFailsTheJob() {
        Job job = namespace.run("loses-driver", Scripts.WORKING, Scripts.ONE).says("works");
        namespace
                .kubectl("delete", "pod", "loses-driver-1-driver", "--wait=false")
                .ok();
        assertThat(job.failsWith()).contains("deleted").containsAnyOf("driver's pod", "pod loses-driver-1-driver");
        assertThat(job.drivers()).as("no second driver").hasSizeLessThan(2);
    }

    @Test
    void aDriverThatIsForcedAwayFailsTheJob() {
        Job job = namespace.run("driver-forced", Scripts.WORKING, Scripts.ONE).says("works");
        delete(job.driver());
        assertThat(job.failsWith()).contains("driver's pod");
        await("no pod runs any more")
                .atMost(Cluster.LONG)
                .untilAsserted(() -> assertThat(job.pods())
                        .noneMatch(pod -> pod.getStatus().getPhase().equals("Running")));
    }

    @Test
    void aDriverThatIsEvictedFailsTheJob() {
        Job job = namespace.run("driver-evicted", Scripts.WORKING, Scripts.ONE).says("works");
        assertThat(Cluster.client().pods().resource(job.driver()).evict()).isTrue();
        assertThat(job.failsWith()).contains("driver's pod", "Eviction");
    }
}
