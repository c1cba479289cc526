package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Executors come and go while the job runs, and nothing that they have computed is lost. */
class LeavingIT {
    private static final String JOB = """
            apiVersion: pyjob.io/v1alpha1
            kind: PyJob
            metadata: {name: survive, namespace: default}
            spec:
              script: {path: survive.py}
              args: ["2"]
              executors: {instances: 2}
            """;

    private static HandRun.Installed installed;

    private final PyJob pyjob = PyJob.inNewFolder();
    private HandRun run;

    @BeforeAll
    static void findWhatIsInstalled() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            installed = HandRun.Installed.of(pyjob);
        }
    }

    @BeforeEach
    void startAndComputeOnTwoExecutors() throws IOException {
        pyjob.script("survive.py");
        run = new HandRun(
                installed,
                pyjob.work().resolveSibling("tmp").resolve("h"),
                pyjob.work(),
                Serialization.unmarshal(JOB, io.pyjob.api.PyJob.class),
                2);
        run.start(2);
        within(90, "the script is ready", () -> run.log("d", "python").contains("ready 400 400"));
    }

    @AfterEach
    void endAll() {
        try (pyjob) {
            run.close();
            assertThat(pyjob.marked()).extracting(PyJob::commandLine).isEmpty();
        }
    }

    @Test
    void scalingUpAndDownLosesNothing() throws IOException, InterruptedException {
        Instant asked = Instant.now();
        run.scale(3);
        within(10, "the driver wants three", () -> executors("wanted") == 3);
        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(3));
        run.startExecutor(3);
        within(60, "three are registered", () -> executors("registered") == 3);

        run.scale(1);
        assertThat(HandRun.codeOf(run.executorJvm(3))).isZero();
        assertThat(HandRun.codeOf(run.executorJvm(2))).isZero();
        within(10, "one is left", () -> executors("registered") == 1);
        assertThat(run.report().path("kill")).extracting(id -> id.asText()).containsExactly("2", "3");
        assertThat(run.executorJvm(1).isAlive()).isTrue();

        assertThatNothingIsComputedTwice();
    }

    @Test
    void anExecutorWhosePodHasToGoHandsOverWhatItHas() throws IOException, InterruptedException {
        run.executorJvm(1).destroy(); // SIGTERM, as a kubelet says it
        within(
                5,
                "the driver tells who is on the way out",
                () -> run.report().path("kill").toString().equals("[\"1\"]"));
        assertThat(HandRun.codeOf(run.executorJvm(1))).isZero();

        assertThatNothingIsComputedTwice();
    }

    @Test
    void whereThereIsNoDriverNobodyStays() throws InterruptedException {
        run.executorJvm(1).destroy();
        run.driverJvm().destroyForcibly();
        Instant killed = Instant.now();
        run.executorJvm(2).destroy();

        assertThat(HandRun.codeOf(run.executorJvm(1))).isNotZero();
        assertThat(HandRun.codeOf(run.executorJvm(2))).isNotZero();
        assertThat(Duration.between(killed, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    private void assertThatNothingIsComputedTwice() throws IOException, InterruptedException {
        Files.createFile(pyjob.work().resolve("go"));
        assertThat(HandRun.codeOf(run.script())).isZero();
        assertThat(run.log("d", "python")).contains("sums 79800 79800\nagain 0 0\n");
        assertThat(HandRun.codeOf(run.driverJvm())).isZero();
    }

    private int executors(String count) {
        return run.report().path("executors").path(count).asInt();
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void within(int seconds, String what, Condition condition) {
        await(what)
                .atMost(Duration.ofSeconds(seconds))
                .pollInterval(Duration.ofMillis(50))
                .until(condition::holds);
    }
}
