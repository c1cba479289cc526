package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Jobs come and go, many at once, with any name. */
@OnCluster
final class LifecycleE2E {
    private final TestNamespace namespace;

    LifecycleE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    /** Everything in the namespace that the job of that UID owns. */
    private List<HasMetadata> owned(String uid) {
        KubernetesClient client = Cluster.client();
        String in = namespace.name();
        List<HasMetadata> all =
                new ArrayList<>(client.pods().inNamespace(in).list().getItems());
        all.addAll(client.services().inNamespace(in).list().getItems());
        all.addAll(client.secrets().inNamespace(in).list().getItems());
        all.addAll(client.configMaps().inNamespace(in).list().getItems());
        return all.stream().filter(object -> Job.isOwnedBy(uid, object)).toList();
    }

    private void isGone(String uid) {
        await("all of the job to be gone")
                .atMost(Cluster.LONG)
                .untilAsserted(() -> assertThat(owned(uid))
                        .extracting(object ->
                                object.getKind() + "/" + object.getMetadata().getName())
                        .isEmpty());
    }

    private static String uid(Job job) {
        return job.object().orElseThrow().getMetadata().getUid();
    }

    @Test
    void aJobDeletedInMidJobTakesEverythingWithIt() {
        Job job = namespace
                .run("deleted", Scripts.WORKING, "executors: {instances: 2}")
                .awaitsExecutors(2)
                .says("works");
        String uid = uid(job);
        assertThat(owned(uid)).extracting(HasMetadata::getKind).contains("Pod", "Service", "Secret", "ConfigMap");
        job.delete();
        isGone(uid);
        assertThat(namespace.kubectl("get", "pyjob", "deleted").refused()).contains("not found");
    }

    /** Not even functions that never return and hear no signal: one that computes, one that waits. */
    @Test
    void aJobDeletedWhilePythonWorksForEverLeavesNoProcess() {
        Job job = namespace
                .run("endless", Scripts.SPARK + """
                        import itertools, signal, time

                        def endless(number):
                            signal.signal(signal.SIGTERM, signal.SIG_IGN)
                            print("for ever", flush=True)
                            for _ in itertools.count():
                                if number:
                                    time.sleep(3600)

                        sc.parallelize(range(2), 2).foreach(endless)
                        """, "executors: {instances: 2}")
                .awaitsExecutors(2);
        await("functions to run on both executors")
                .atMost(Cluster.LONG)
                .untilAsserted(() -> assertThat(job.executors())
                        .allSatisfy(pod -> assertThat(job.log(pod, "python")).contains("for ever")));
        String uid = uid(job);
        List<String> containers = NodeAgent.containers(job.pods());
        try (NodeAgent node = NodeAgent.start()) {
            assertThat(node.processes(containers, Duration.ZERO))
                    .as("Java and Python of driver and executors")
                    .hasSizeGreaterThanOrEqualTo(6);
            long began = System.nanoTime();
            job.delete();
            assertThat(node.processes(containers, Cluster.SOON)).isEmpty();
            System.out.printf(
                    "the last process had gone %.1f s after kubectl delete began%n", (System.nanoTime() - began) / 1e9);
        }
        isGone(uid);
    }

    @Test
    void aJobDeletedAtItsStartTakesEverythingWithIt() {
        Job job = namespace.run("deleted-early", Scripts.WORKING, Scripts.ONE);
        await("its pods").atMost(Cluster.SOON).until(() -> job.pods().size() == 2);
        String uid = uid(job);
        job.delete();
        isGone(uid);
    }

    /** The second job has the names of the first one's objects, which are still going. */
    @Test
    void aJobMayBeDeletedAndCreatedAnewAtOnce() {
        Job first = namespace.run("again", Scripts.WORKING, Scripts.ONE).says("works");
        String uid = uid(first);
        first.delete();
        Job second = namespace.run("again", Scripts.SPARK + "print('second', spark.range(7).count())", Scripts.ONE);
        assertThat(second.succeeds()).isEqualTo("second 7\n");
        assertThat(uid(second)).isNotEqualTo(uid);
        isGone(uid);
    }

    @Test
    void theLongestNameWorks() {
        String longest = "the" + ".long-name".repeat(25);
        assertThat(longest).hasSize(253);
        Job job = namespace.run(longest, Scripts.SPARK + "print(spark.range(3).count())", Scripts.ONE);
        assertThat(job.succeeds()).isEqualTo("3\n");
        assertThat(job.status().executors().lastId()).isEqualTo(1);
    }

    @Test
    void namesThatOnlyAJobMayHaveWork() {
        for (String name : List.of("1-begins-with-a-digit", "has.dots.in-it")) {
            namespace.run(name, "print('fine')", Scripts.ALONE);
        }
        assertThat(namespace.job("1-begins-with-a-digit").succeeds()).isEqualTo("fine\n");
        assertThat(namespace.job("has.dots.in-it").succeeds()).isEqualTo("fine\n");
    }

    /** Twenty JVMs at a time would take two cores for minutes: most of the jobs have drivers only. */
    @Test
    void tenJobsAtOnceAllSucceed() {
        List<Job> jobs = IntStream.range(0, 10)
                .mapToObj(i -> i % 5 == 0
                        ? namespace.run(
                                "many-" + i,
                                Scripts.SPARK + "print(" + i + " + sc.parallelize(range(4), 2).sum())",
                                Scripts.ONE)
                        : namespace.run("many-" + i, "print(" + i + " + 6)", Scripts.ALONE))
                .toList();
        for (int i = 0; i < jobs.size(); i++) {
            assertThat(jobs.get(i).succeeds()).isEqualTo(i + 6 + "\n");
            assertThat(jobs.get(i).drivers()).hasSize(1);
        }
    }
}
