package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.pyjob.api.Progress;
import io.pyjob.api.PyJob;
import io.pyjob.operator.plan.ContainerState;
import io.pyjob.operator.plan.DriverReport;
import io.pyjob.operator.plan.Observed;
import io.pyjob.operator.plan.ObservedPod;
import io.pyjob.operator.pods.ConfigMapObject;
import io.pyjob.operator.pods.DriverService;
import io.pyjob.operator.pods.FreshSecrets;
import io.pyjob.operator.pods.SecretObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalClusterTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final PyJob JOB = LocalPods.job("full");
    private static final Pod DRIVER = LocalPods.driver(JOB);
    private static final Pod EXECUTOR = LocalPods.executor(JOB, 1);
    private static final String DRIVER_JVM = DRIVER.getMetadata().getName() + "/jvm";
    private static final String DRIVER_PYTHON = DRIVER.getMetadata().getName() + "/python";
    private static final String EXECUTOR_JVM = EXECUTOR.getMetadata().getName() + "/jvm";
    private static final String EXECUTOR_PYTHON = EXECUTOR.getMetadata().getName() + "/python";

    private final FakeAgent agent = new FakeAgent();

    @TempDir
    private Path run;

    private LocalCluster cluster = new LocalCluster(
            LocalPods.machine(Path.of("/none"), false, false), agent.agent(), new LoopbackAddresses(3, 4));

    @BeforeEach
    void cluster() {
        cluster = new LocalCluster(LocalPods.machine(run, false, false), agent.agent(), new LoopbackAddresses(3, 4));
    }

    @AfterEach
    void close() {
        agent.close();
    }

    private ObservedPod only() {
        assertThat(cluster.observed().pods()).hasSize(1);
        return cluster.observed().pods().get(0);
    }

    @Test
    void thereIsNothingAtFirst() {
        assertThat(cluster.observed()).isEqualTo(Observed.NOTHING);
        assertThat(cluster.hasDriverJvm()).isFalse();
        assertThat(cluster.hasSparkContext()).isFalse();
    }

    @Test
    void objectsAreFilesThatOnlyTheUserCanRead() throws IOException {
        cluster.create(SecretObject.of(JOB, new FreshSecrets("a secret", "a token")));
        cluster.create(ConfigMapObject.of(JOB));
        cluster.create(DriverService.of(JOB));
        Observed observed = cluster.observed();
        assertThat(observed.secret()).isTrue();
        assertThat(observed.configMap()).isTrue();
        assertThat(observed.driverAddress()).contains("127.3.4.1");
        Path secret = run.resolve("mnt/"
                + SecretObject.of(JOB, new FreshSecrets("", "")).getMetadata().getName() + "-secret");
        assertThat(secret.resolve("spark-secret")).hasContent("a secret");
        assertThat(secret.resolve("report-token")).hasContent("a token");
        assertThat(Files.getPosixFilePermissions(secret)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(run.resolve("mnt/" + ConfigMapObject.of(JOB).getMetadata().getName() + "/spark.properties"))
                .content()
                .contains("spark.sql.shuffle.partitions");
    }

    @Test
    void anObjectOfAnotherKindIsADefect() {
        assertThatThrownBy(() -> cluster.create(new NamespaceBuilder().build()))
                .hasMessage("a Namespace has no meaning on one machine");
    }

    @Test
    void aPodIsItsFoldersAndProcessesOnce() {
        cluster.createPod(DRIVER);
        cluster.createPod(DRIVER);
        assertThat(agent.told()).containsExactly("start " + DRIVER_JVM, "start " + DRIVER_PYTHON);
        assertThat(run.resolve("d/local")).isDirectory();
        assertThat(run.resolve("d/tmp")).isDirectory();
        assertThat(run.resolve("d/work")).isDirectory();
        assertThat(run.resolve("logs")).isDirectory();
        assertThat(run.resolve("d/code")).isSymbolicLink();
        ObservedPod pod = only();
        assertThat(pod.isDriver()).isTrue();
        assertThat(pod.jvm()).isInstanceOf(ContainerState.Running.class);
        assertThat(pod.python()).isInstanceOf(ContainerState.Running.class);
        assertThat(cluster.hasDriverJvm()).isTrue();
    }

    @Test
    void aContainersEndIsSeenWithItsMessage() throws IOException {
        cluster.createPod(DRIVER);
        Files.writeString(run.resolve("d/end-python"), "ValueError: no\n");
        cluster.exited(DRIVER_PYTHON, 1, NOW);
        assertThat(only().python()).isEqualTo(new ContainerState.Ended(1, NOW, "ValueError: no"));
        assertThat(only().jvm()).isInstanceOf(ContainerState.Running.class);
        cluster.exited(DRIVER_JVM, 137, NOW);
        assertThat(only().jvm()).isEqualTo(new ContainerState.Ended(137, NOW, ""));
        assertThat(cluster.hasDriverJvm()).isFalse();
    }

    @Test
    void aMessageIsCutAsTheKubeletCutsIt() throws IOException {
        cluster.createPod(DRIVER);
        Files.writeString(run.resolve("d/end-python"), "x".repeat(5000));
        cluster.exited(DRIVER_PYTHON, 1, NOW);
        assertThat(only().python()).isEqualTo(new ContainerState.Ended(1, NOW, "x".repeat(4096)));
    }

    @Test
    void aLaterAttemptSharesNothingWithTheOneBefore() throws IOException {
        cluster.createPod(DRIVER);
        Files.writeString(run.resolve("d/run/gateway"), "of the first");
        Files.writeString(run.resolve("d/end-python"), "ValueError: no");
        cluster.exited(DRIVER_PYTHON, 1, NOW);
        cluster.exited(DRIVER_JVM, 0, NOW);
        cluster.createPod(LocalPods.driver(JOB, 2));
        cluster.createPod(LocalPods.executor(JOB, 2, 1));
        assertThat(run.resolve("2d/run")).isEmptyDirectory();
        assertThat(run.resolve("2e1/run")).isEmptyDirectory();
        assertThat(cluster.observed().pods())
                .extracting(ObservedPod::attempt)
                .as("ended pods stay in sight")
                .containsExactly(1, 2, 2);
        cluster.deletePod(DRIVER.getMetadata().getName(), "its time is over");
        assertThat(cluster.observed().pods()).extracting(ObservedPod::attempt).containsExactly(2, 2);
    }

    @Test
    void theScriptIsNeverStartedAgain() {
        cluster.createPod(DRIVER);
        agent.told();
        cluster.exited(DRIVER_PYTHON, 1, NOW);
        assertThat(agent.told()).isEmpty();
    }

    @Test
    void anExecutorsPythonIsStartedAgainForAsLongAsItsJvmLives() {
        cluster.createPod(EXECUTOR);
        assertThat(agent.told()).containsExactly("start " + EXECUTOR_PYTHON, "start " + EXECUTOR_JVM);
        cluster.exited(EXECUTOR_PYTHON, 137, NOW);
        assertThat(agent.told()).containsExactly("start " + EXECUTOR_PYTHON);
        assertThat(only().python()).isEqualTo(new ContainerState.Running(NOW));
        cluster.exited(EXECUTOR_JVM, 0, NOW);
        assertThat(agent.told()).containsExactly("signal " + EXECUTOR_PYTHON + " TERM");
        cluster.exited(EXECUTOR_PYTHON, 0, NOW);
        assertThat(agent.told()).noneMatch(command -> command.startsWith("start"));
        assertThat(only().python()).isEqualTo(new ContainerState.Ended(0, NOW, ""));
    }

    @Test
    void aSidecarThatKeepsEndingIsStartedMoreAndMoreSlowly() {
        cluster.createPod(EXECUTOR);
        agent.told();
        Instant now = Instant.now();
        cluster.exited(EXECUTOR_PYTHON, 1, now);
        assertThat(agent.told()).containsExactly("start " + EXECUTOR_PYTHON);
        cluster.exited(EXECUTOR_PYTHON, 1, now);
        assertThat(agent.told()).isEmpty();
        assertThat(cluster.carryOutDue(now)).contains(now.plusSeconds(1));
        assertThat(cluster.carryOutDue(now.plusSeconds(1))).isEmpty();
        assertThat(agent.told()).containsExactly("start " + EXECUTOR_PYTHON);
        cluster.exited(EXECUTOR_PYTHON, 1, now.plusSeconds(2));
        assertThat(cluster.carryOutDue(now.plusSeconds(2))).contains(now.plusSeconds(4));
        cluster.exited(EXECUTOR_JVM, 0, now.plusSeconds(3));
        agent.told();
        assertThat(cluster.carryOutDue(now.plusSeconds(4))).isEmpty();
        assertThat(agent.told()).isEmpty();
    }

    @Test
    void aDeletedPodIsToldToEndThenKilledThenGone() {
        cluster.createPod(EXECUTOR);
        agent.told();
        Instant before = Instant.now();
        cluster.deletePod(EXECUTOR.getMetadata().getName(), "scaled down");
        cluster.deletePod(EXECUTOR.getMetadata().getName(), "scaled down");
        assertThat(agent.told()).containsExactly("signal " + EXECUTOR_JVM + " TERM");
        assertThat(only().deleting()).isTrue();
        assertThat(cluster.carryOutDue(before).orElseThrow()).isAfterOrEqualTo(before.plusSeconds(120));
        assertThat(agent.told()).isEmpty();
        Instant late = Instant.now().plusSeconds(121);
        assertThat(cluster.carryOutDue(late)).isEmpty();
        assertThat(cluster.carryOutDue(late)).isEmpty();
        assertThat(agent.told())
                .containsExactly("signal " + EXECUTOR_PYTHON + " KILL", "signal " + EXECUTOR_JVM + " KILL");
        cluster.exited(EXECUTOR_PYTHON, 137, NOW);
        assertThat(agent.told()).isEmpty();
        cluster.exited(EXECUTOR_JVM, 137, NOW);
        assertThat(cluster.observed().pods()).isEmpty();
    }

    @Test
    void theSidecarOfADeletedPodServesUntilTheOthersHaveEnded() {
        cluster.createPod(EXECUTOR);
        cluster.deletePod(EXECUTOR.getMetadata().getName(), "drained");
        agent.told();
        cluster.exited(EXECUTOR_JVM, 0, NOW);
        assertThat(agent.told()).containsExactly("signal " + EXECUTOR_PYTHON + " TERM");
        cluster.exited(EXECUTOR_PYTHON, 0, NOW);
        assertThat(cluster.observed().pods()).isEmpty();
    }

    @Test
    void anEndedPodThatIsDeletedIsGoneAtOnce() {
        cluster.createPod(DRIVER);
        cluster.exited(DRIVER_JVM, 0, NOW);
        cluster.exited(DRIVER_PYTHON, 0, NOW);
        agent.told();
        cluster.deletePod(DRIVER.getMetadata().getName(), "cleared up");
        assertThat(cluster.observed().pods()).isEmpty();
        assertThat(agent.told()).isEmpty();
    }

    @Test
    void whatIsSaidOfAPodThatHasGoneIsPassedOver() {
        cluster.exited("none/jvm", 0, NOW);
        cluster.deletePod("none", "cleared up");
        assertThat(cluster.observed()).isEqualTo(Observed.NOTHING);
    }

    @Test
    void aSparkContextIsKnownFromTheDriversReports() {
        cluster.reported(report(DriverReport.State.STARTING));
        assertThat(cluster.hasSparkContext()).isFalse();
        for (DriverReport.State state : Set.of(DriverReport.State.RUNNING, DriverReport.State.STOPPING)) {
            cluster.reported(report(state));
            assertThat(cluster.hasSparkContext()).isTrue();
            assertThat(cluster.observed().report()).contains(report(state));
        }
    }

    private static DriverReport report(DriverReport.State state) {
        return new DriverReport(1, state, 0, 0, 0, Set.of(), Progress.NONE);
    }
}
