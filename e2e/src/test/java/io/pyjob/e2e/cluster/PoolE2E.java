package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.pyjob.api.LastPythonEnd;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.PythonStatus;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Python workers end in all the ways there are: the executor lives on, the task is tried again, and the job says why. */
@OnCluster
final class PoolE2E {
    private static NodeAgent node;

    private final TestNamespace namespace;

    PoolE2E(TestNamespace namespace) {
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

    /** The first attempt of a task does {@code deed}, and no other. */
    private static String once(String deed) {
        return Scripts.SPARK + """
                import os, time
                from pyspark import TaskContext

                def grow(mebibytes, a_second):
                    held = []
                    while len(held) < mebibytes:
                        held.append(bytearray(os.urandom(1)) * (1 << 20))
                        time.sleep(1 / a_second)

                def first_attempt(x):
                    if TaskContext.get().attemptNumber() == 0:
                        %s
                    return x

                print(sc.parallelize([5], 1).map(first_attempt).sum())
                time.sleep(2)  # what the executor has to tell is told by then
                """.formatted(deed);
    }

    private static PythonStatus ends(PyJobStatus status) {
        return Optional.ofNullable(status.python()).orElse(PythonStatus.NONE);
    }

    private static String lastOf(Job job) {
        return Optional.ofNullable(ends(job.status()).last())
                .map(LastPythonEnd::message)
                .orElse("");
    }

    private static void assertExecutorLived(Job job) {
        assertThat(job.executors()).as("no executor was lost").hasSize(1);
        assertThat(job.status().executors().failed()).isZero();
        assertThat(Job.container(job.executors().get(0), "jvm").getRestartCount())
                .isZero();
    }

    private static int restarts(Job job) {
        return python(job).getRestartCount();
    }

    private static ContainerStatus python(Job job) {
        return Job.container(job.executors().get(0), "python");
    }

    @Test
    void aWorkerOverItsOwnLimitIsEndedAndTheJobSaysWhich() {
        Job job = namespace.run(
                "over-worker-memory",
                once("grow(400, 400)"),
                "executors: {instances: 1, python: {memory: 1Gi, workerMemory: 250Mi}}");
        assertThat(job.succeeds()).endsWith("5\n");
        assertExecutorLived(job);
        assertThat(restarts(job)).as("restarts of the python container").isZero();
        PythonStatus python = ends(job.status());
        assertThat(python.ended()).as(job.told()).containsExactly(Map.entry("workerMemory", 1L));
        assertThat(lastOf(job)).contains("250", "MiB", "grow", "executors.python.workerMemory");
        assertThat(job.condition("PythonWorkersFailed").orElseThrow().getStatus())
                .isEqualTo("True");
        assertThat(job.condition("MemoryLimitHit").orElseThrow().getMessage()).contains("workerMemory");
        assertThat(job.events()).anySatisfy(event -> {
            assertThat(event.getType()).isEqualTo("Warning");
            assertThat(event.getMessage()).contains("250", "workerMemory");
        });
        assertThat(namespace.kubectl("describe", "pyjob", job.name()).ok()).containsPattern("(?i)worker ?memory: +1");
    }

    @Test
    void aWorkerThatIsAlwaysOverItsLimitFailsTheJobInItsOwnWords() {
        Job job = namespace.run(
                "always-over",
                Scripts.SPARK + """
                def explode(x):
                    return len([b"x" * (1 << 20) + bytes([i % 256]) for i in range(600)])

                print(sc.parallelize([5], 1).map(explode).sum())
                """,
                "executors: {instances: 1, python: {memory: 1Gi, workerMemory: 250Mi}}");
        PyJobStatus status = job.fails();
        assertThat(status.message()).contains("explode", "250", "MiB", "executors.python.workerMemory");
        assertThat(job.output()).contains("explode", "executors.python.workerMemory");
        assertThat(ends(status).ended()).containsExactly(Map.entry("workerMemory", 4L));
        assertExecutorLived(job);
        assertThat(restarts(job)).isZero();
    }

    /** Two workers that may each have nearly all: together they would fill the container. */
    @Test
    void beforeAContainerIsFullItsLargestWorkerIsEnded() {
        Job job = namespace.run(
                "nearly-full",
                Scripts.SPARK + """
                import os, time
                from pyspark import TaskContext

                def grow(x):
                    size = 260 if x == 1 else 200
                    held = []
                    if TaskContext.get().attemptNumber() == 0:
                        while len(held) < size:
                            held.append(bytearray(os.urandom(1)) * (1 << 20))
                            time.sleep(0.003)
                        time.sleep(5)
                    return x

                print(sc.parallelize([0, 1], 2).map(grow).sum())
                time.sleep(2)
                """,
                "executors: {instances: 1, cores: 2, cpu: 100m, python: {memory: 512Mi, workerMemory: 500Mi}}");
        assertThat(job.succeeds()).endsWith("1\n");
        assertExecutorLived(job);
        assertThat(restarts(job)).as("restarts of the python container").isZero();
        assertThat(ends(job.status()).ended()).as(job.told()).containsOnlyKeys("containerMemory");
        assertThat(lastOf(job)).contains("512", "executors.python.memory");
    }

    /** The pool is held still, so that the kernel is first. */
    @Test
    void aWorkerThatTheKernelKillsCostsATask() {
        Job job = namespace.run("kernel-kills-worker", once("""
                    print("holds on", flush=True)
                            while not os.path.exists("/tmp/grow"):
                                time.sleep(0.1)
                            held = bytearray(os.urandom(1)) * (2 << 30)\
                    """), "executors: {instances: 1, python: {memory: 400Mi}}");
        Pod executor = holdsOn(job);
        node.signal(executor, "python", "STOP");
        try {
            touch(executor, "/tmp/grow");
            await("the kernel's kill to fail a task")
                    .atMost(Cluster.LONG)
                    .until(() -> job.status().progress().tasksFailed() > 0);
        } finally {
            node.signal(executor, "python", "CONT");
        }
        assertThat(job.succeeds()).endsWith("5\n");
        assertExecutorLived(job);
        assertThat(ends(job.status()).ended().values().stream()
                                .mapToLong(Long::longValue)
                                .sum()
                        + ends(job.status()).restarts())
                .as(job.told())
                .isPositive();
    }

    /**
     * A file in memory counts for the container and for no process of it; then the kernel takes the first process, and with
     * it all of the container goes.
     */
    @Test
    void aPythonContainerThatTheKernelKillsComesBack() {
        Job job = namespace.run(
                "kernel-kills-container", once("""
                    print("holds on", flush=True)
                            while not os.path.exists("/tmp/grow"):
                                time.sleep(0.1)
                            held = os.memfd_create("held")
                            while True:
                                os.write(held, bytes(1 << 20))\
                    """), "executors: {instances: 1, python: {memory: 400Mi}}");
        Pod executor = holdsOn(job);
        node.offerToTheKernel(executor, "python");
        node.signal(executor, "python", "STOP");
        touch(executor, "/tmp/grow");
        assertThat(job.succeeds()).endsWith("5\n");
        assertExecutorLived(job);
        assertThat(restarts(job)).isEqualTo(1);
        assertThat(python(job).getLastState().getTerminated().getExitCode()).isEqualTo(137);
        assertThat(ends(job.status()).restarts()).as(job.told()).isEqualTo(1);
    }

    @Test
    void aPoolThatIsKilledIsCountedAndTheJobGoesOn() {
        Job job = namespace
                .run("pool-killed", Scripts.WORKING, Scripts.ONE)
                .awaitsExecutors(1)
                .says("works");
        node.kill(job.executors().get(0), "python");
        job.awaits("the restart counted", status -> ends(status).restarts() == 1);
        job.go("end");
        job.succeeds();
        assertExecutorLived(job);
    }

    @Test
    void aModuleThatCannotBePreloadedIsACondition() {
        Job job = namespace.run(
                "broken-preload",
                Scripts.SPARK + "import time\ntime.sleep(8)\nprint(sc.parallelize([5], 1).map(lambda x: x).sum())",
                "executors: {instances: 1, python: {preload: [pyspark.worker, there_is_no_such_module]}}");
        assertThat(job.succeeds()).endsWith("5\n");
        assertThat(job.condition("PreloadFailed").orElseThrow().getMessage())
                .contains("there_is_no_such_module", "ModuleNotFoundError");
        assertThat(restarts(job)).isZero();
    }

    @Test
    void whatTasksPrintIsInThePodsLogWithTheirNames() {
        Job job = namespace.run("prints", Scripts.SPARK + """
                import os

                def speak(x):
                    print(f"number {x} speaks")
                    os.system(f"echo number {x} has a child that speaks")
                    return x

                print(sc.parallelize(range(2), 2).map(speak).sum())
                """, Scripts.ONE);
        assertThat(job.succeeds()).endsWith("1\n");
        String log = job.log(job.executors().get(0), "python");
        for (int task = 0; task < 2; task++) {
            String name = "(?m)^.*executor 1, task " + task + "\\.0 in stage 0.*number " + task;
            assertThat(log).containsPattern(name + " speaks$").containsPattern(name + " has a child that speaks$");
        }
    }

    private Pod holdsOn(Job job) {
        job.awaitsExecutors(1);
        Pod executor = job.executors().get(0);
        await("the task to hold on")
                .atMost(Cluster.LONG)
                .until(() -> job.log(executor, "python").contains("holds on"));
        return executor;
    }

    private void touch(Pod pod, String path) {
        namespace
                .kubectl("exec", pod.getMetadata().getName(), "-c", "python", "--", "touch", path)
                .ok();
    }
}
