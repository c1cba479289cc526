package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The number of executors of a running job changes, by the user or by Spark, and nothing is computed twice. */
@OnCluster
final class ScalingE2E {
    private final TestNamespace namespace;

    ScalingE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    private static List<Integer> exitCodes(List<Pod> executors) {
        return executors.stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .map(ContainerStatus::getState)
                .filter(state -> state.getTerminated() != null)
                .map(state -> state.getTerminated().getExitCode())
                .toList();
    }

    @Test
    void scaledUpNewExecutorsTakeTasks() {
        Job job = namespace.run("grows", Scripts.STEERED + """
                import socket

                def where(x):
                    time.sleep(0.2)
                    return socket.gethostname()

                print(*sorted(set(sc.parallelize(range(8), 8).map(where).collect())), flush=True)
                wait("grown")
                print(*sorted(set(sc.parallelize(range(30), 30).map(where).collect())), flush=True)
                """, Scripts.ONE).says("waits for grown");
        namespace.kubectl("scale", "pyjob/grows", "--replicas=3").ok();
        job.awaitsExecutors(3).go("grown");
        assertThat(job.succeeds().lines())
                .containsExactly("grows-1-exec-1", "waits for grown", "grows-1-exec-1 grows-1-exec-2 grows-1-exec-3");
    }

    /** Cached blocks and shuffle files move to the executors that stay: each partition is computed once and never again. */
    @Test
    void scaledDownNothingIsLost() {
        Job job = namespace.run("shrinks", Scripts.STEERED + """
                cached_once, mapped_once = sc.accumulator(0), sc.accumulator(0)

                def cache(x):
                    time.sleep(0.02)
                    cached_once.add(1)
                    return x, "x" * 10_000

                def pair(row):
                    mapped_once.add(1)
                    return row[0] % 5, row[0]

                cached = sc.parallelize(range(120), 12).map(cache).cache()
                sums = cached.map(pair).reduceByKey(lambda a, b: a + b, 4)
                before = sorted(sums.collect())
                wait("shrunk")
                assert sorted(sums.collect()) == before
                print("rows", cached.count(), "computed", cached_once.value, "mapped", mapped_once.value, flush=True)
                wait("shrunk-more")
                assert sorted(sums.collect()) == before
                print("rows", cached.count(), "computed", cached_once.value, "mapped", mapped_once.value)
                """, "executors: {instances: 3}");
        job.awaitsExecutors(3).says("waits for shrunk");
        namespace.kubectl("scale", "pyjob/shrinks", "--replicas=2").ok();
        isDownTo(job, 2);
        job.go("shrunk");
        job.says("waits for shrunk-more");
        namespace.kubectl("scale", "pyjob/shrinks", "--replicas=1").ok();
        isDownTo(job, 1);
        job.go("shrunk-more");
        assertThat(job.succeeds().lines().filter(line -> line.startsWith("rows")))
                .containsExactly("rows 120 computed 120 mapped 120", "rows 120 computed 120 mapped 120");
        assertThat(job.status().executors().failed()).isZero();
        assertThat(job.status().executors().lastId()).as("none was replaced").isEqualTo(3);
    }

    private static void isDownTo(Job job, int executors) {
        await(job.name() + " to be down to " + executors).atMost(Cluster.LONG).untilAsserted(() -> {
            assertThat(job.status().executors().ready()).isEqualTo(executors);
            assertThat(exitCodes(job.executors()))
                    .hasSize(job.executors().size() - executors)
                    .containsOnly(0);
        });
    }

    @Test
    void scaledToNoneAndBack() {
        Job job = namespace.run("to-none", Scripts.STEERED + """
                print(sc.parallelize(range(4), 2).sum(), flush=True)
                wait("none")
                print(sc.parallelize(range(5), 2).sum(), flush=True)
                """, Scripts.ONE).says("waits for none");
        namespace.kubectl("scale", "pyjob/to-none", "--replicas=0").ok();
        job.awaitsExecutors(0).go("none");
        namespace.kubectl("scale", "pyjob/to-none", "--replicas=1").ok();
        assertThat(job.succeeds()).isEqualTo("6\nwaits for none\n10\n");
    }

    @Test
    void betweenMinAndMaxSparkChooses() {
        Job job = namespace.run("chooses", Scripts.STEERED + """
                def work(x):
                    time.sleep(0.5)
                    return x

                wait("work")
                print(sc.parallelize(range(60), 60).map(work).sum(), flush=True)
                wait("end")
                """, """
                executors: {instances: 1, min: 1, max: 3}
                conf:
                  spark.dynamicAllocation.schedulerBacklogTimeout: 1s
                  spark.dynamicAllocation.sustainedSchedulerBacklogTimeout: 1s
                  spark.dynamicAllocation.executorIdleTimeout: 3s
                """);
        job.says("waits for work").awaitsExecutors(1);
        assertThat(job.executors()).hasSize(1);
        job.go("work");
        job.awaits("three executors wanted", status -> status.executors().desired() == 3);
        job.awaitsExecutors(3);
        job.says("waits for end").awaitsExecutors(1);
        assertThat(job.status().executors().desired()).isEqualTo(1);
        assertThat(job.executors()).as("never more than max").hasSize(3);
        job.go("end");
        assertThat(job.succeeds()).contains("1770");
        assertThat(job.status().executors().failed()).isZero();
    }
}
