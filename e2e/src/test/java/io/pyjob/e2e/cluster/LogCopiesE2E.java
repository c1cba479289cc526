package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What was written by containers of pods that Kubernetes deletes: drained ones, preempted ones. */
@OnCluster
final class LogCopiesE2E {
    private static final String COPIES = "logs: {claim: logs, path: team/a}\n";

    /** Prints what is in the claim: each file's name, then its lines. */
    private static final String READS = """
            import pathlib
            for file in sorted(pathlib.Path("/copies/team/a").rglob("*.log")):
                for line in file.read_text().splitlines():
                    print(file.relative_to("/copies/team/a"), line)
            """;

    private static @Nullable Claim claim;

    private final TestNamespace namespace;

    LogCopiesE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeAll
    static void makeClaim(TestNamespace namespace) {
        claim = Claim.of(namespace, "logs");
    }

    @AfterAll
    static void removeClaim() {
        if (claim != null) {
            claim.close();
        }
    }

    private static void evict(Pod pod) {
        assertThat(Cluster.client().pods().resource(pod).evict()).isTrue();
        await("its end")
                .atMost(Cluster.LONG)
                .until(() -> Cluster.client().pods().resource(pod).get() == null);
    }

    private String copies(String reader) {
        return namespace
                .run(reader, READS, Scripts.ALONE + "\nvolumes: [{name: copies, mountPath: /copies, claim: logs}]")
                .succeeds();
    }

    @Test
    void whatDrainedPodsWroteIsThereWhenTheyAreGone() {
        Job job = namespace
                .run("drained", Scripts.TALKS, Scripts.ONE + "\n" + COPIES)
                .says("waits for end");
        evict(job.executors().get(0));
        job.awaits(
                "a second executor",
                s -> s.executors().lastId() == 2 && s.executors().ready() == 1);
        evict(job.driver());
        job.fails();
        String folder = "drained-1-" + uid(job).substring(0, 8) + "/";
        assertThat(copies("reads").lines())
                .anyMatch(line ->
                        line.startsWith(folder + "executor-1/python.log") && line.endsWith("words of executor 1"))
                .anyMatch(line ->
                        line.startsWith(folder + "executor-1/jvm.log") && line.contains("was told to go (SIGTERM)"))
                .anyMatch(line -> line.startsWith(folder + "executor-2/jvm.log") && line.contains("is registered"))
                .contains(folder + "driver/python.log [1]")
                .anyMatch(
                        line -> line.startsWith(folder + "driver/jvm.log") && line.contains("is ready for its script"));
    }

    private static String uid(Job job) {
        return job.object().orElseThrow().getMetadata().getUid();
    }

    @Test
    void aJobWithoutThemLeavesNothingThere() {
        assertThat(namespace.run("says-nothing", "print('x')", Scripts.ALONE).succeeds())
                .isEqualTo("x\n");
        assertThat(copies("finds-none")).doesNotContain("says-nothing");
    }
}
