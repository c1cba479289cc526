package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.pyjob.api.PyJob;
import io.pyjob.operator.pods.ConfigMapObject;
import io.pyjob.operator.pods.FreshSecrets;
import io.pyjob.operator.pods.SecretObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PodProcessesTest {
    private static final Path RUN = Path.of("/tmp/pyjob-1");
    private static final PyJob FULL = LocalPods.job("full");
    private static final String CONF =
            "/tmp/pyjob-1/mnt/" + ConfigMapObject.of(FULL).getMetadata().getName();
    private static final String SECRETS = "/tmp/pyjob-1/mnt/"
            + SecretObject.of(FULL, new FreshSecrets("a", "b")).getMetadata().getName() + "-secret";

    private static List<ContainerProcess> processes(Pod pod, boolean isolate, boolean training) {
        return new PodProcesses(LocalPods.machine(RUN, isolate, training), pod, "127.3.4.9").all();
    }

    private static ContainerProcess process(Pod pod, String container) {
        return process(pod, container, false, false);
    }

    private static ContainerProcess process(Pod pod, String container, boolean isolate, boolean training) {
        return processes(pod, isolate, training).stream()
                .filter(process -> process.id().endsWith("/" + container))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theDriversJvmRunsThisMachinesJava() {
        Pod pod = LocalPods.driver(FULL);
        ContainerProcess jvm = process(pod, "jvm");
        assertThat(jvm.id()).isEqualTo(pod.getMetadata().getName() + "/jvm");
        assertThat(jvm.argv())
                .startsWith("/opt/jdk/bin/java", "@/opt/home/driver.args")
                .contains("-Djava.io.tmpdir=/tmp/pyjob-1/d/tmp")
                .endsWith("io.pyjob.driver.DriverMain");
        assertThat(jvm.cwd()).isEqualTo("/home/me/project");
        assertThat(jvm.stdout()).isEqualTo("/tmp/pyjob-1/logs/driver-jvm.log").isEqualTo(jvm.stderr());
    }

    @Test
    void pathsOfTheDriversJvmAreThoseOfThisMachine() {
        Map<String, String> env = process(LocalPods.driver(FULL), "jvm").env();
        assertThat(env)
                .containsEntry("PYJOB_DIR", "/tmp/pyjob-1/d")
                .containsEntry("PYJOB_HOME", "/opt/home")
                .containsEntry("PYJOB_CONF", CONF)
                .containsEntry("PYJOB_SECRETS", SECRETS)
                .containsEntry("PYJOB_CODE", "/tmp/pyjob-1/d/code")
                .containsEntry("PYJOB_TERMINATION_LOG", "/tmp/pyjob-1/d/end-jvm")
                .containsEntry("SPARK_LOCAL_DIRS", "/tmp/pyjob-1/d/local")
                .containsEntry("PYJOB_POD_IP", "127.3.4.9")
                .containsEntry("PYJOB_REPORT_URL", "http://127.0.0.1:8080/report/science/flights")
                .containsEntry("LANG", "C.UTF-8");
        assertThat(env.get("PATH")).startsWith("/opt/jdk/bin:/usr/local/sbin:");
        assertThat(env).doesNotContainKeys("TOKEN", "STAGE");
        assertThat(env.values()).noneMatch(value -> value.contains("$("));
    }

    @Test
    void theScriptTalksToTheUserAndWorksWhereTheUsersFilesAre() {
        ContainerProcess python = process(LocalPods.driver(FULL), "python");
        assertThat(python.argv()).startsWith("/cache/env/1/bin/python3", "-c");
        assertThat(python.argv().subList(3, python.argv().size()))
                .containsExactly(
                        "run",
                        "/tmp/pyjob-1/mnt/scripts/flights.py",
                        "--top",
                        "10",
                        "costs $5, $(PYJOB_DIR) and a space");
        assertThat(python.cwd()).isEqualTo("/home/me/project");
        assertThat(python.stdout()).isEqualTo("-");
        assertThat(python.stderr()).isEqualTo("-/tmp/pyjob-1/logs/driver-python.log");
    }

    @Test
    void theScriptsVariablesAreTheManifestsThenTheUsers() {
        Map<String, String> env = process(LocalPods.driver(FULL), "python").env();
        assertThat(env)
                .containsEntry("STAGE", "test")
                .containsEntry("TOKEN", "mine")
                .containsEntry("PASSWORD", "pa$$word")
                .containsEntry("PYJOB_DIR", "/tmp/pyjob-1/d")
                .containsEntry("TMPDIR", "/tmp/pyjob-1/d/tmp")
                .containsEntry("PYJOB_TERMINATION_LOG", "/tmp/pyjob-1/d/end-python")
                .containsEntry("PYJOB_WORK", "/home/me/project")
                .doesNotContainKeys("PYJOB_SECRETS", "PYJOB_REQUIREMENTS");
        assertThat(env.get("PATH")).startsWith("/cache/env/1/bin:");
    }

    @Test
    void anEnvironmentThatTheJobBringsIsUnpackedHereToo() {
        PyJob job = LocalPods.job("environment");
        assertThat(process(LocalPods.driver(job), "python").env())
                .containsEntry("PYJOB_ENVIRONMENT", "/opt/envs/env.tar.gz");
        assertThat(process(LocalPods.executor(job, 1), "jvm").env()).containsEntry("PYJOB_PACKAGES_WAIT_S", "1860");
        assertThat(process(LocalPods.executor(LocalPods.job("full"), 1), "jvm").env())
                .doesNotContainKey("PYJOB_PACKAGES_WAIT_S");
    }

    @Test
    void aScriptInTheManifestIsReadFromTheJobsConfigMap() {
        PyJob inline = LocalPods.job("inline");
        assertThat(process(LocalPods.driver(inline), "python").argv().subList(3, 5))
                .containsExactly(
                        "run",
                        "/tmp/pyjob-1/mnt/"
                                + ConfigMapObject.of(inline).getMetadata().getName() + "/script.py");
    }

    @Test
    void anExecutorHasAVolumeAndLogsOfItsOwn() {
        Pod pod = LocalPods.executor(FULL, 2);
        List<ContainerProcess> processes = processes(pod, false, false);
        assertThat(processes)
                .extracting(ContainerProcess::id)
                .containsExactly(
                        pod.getMetadata().getName() + "/python",
                        pod.getMetadata().getName() + "/jvm");
        assertThat(processes).allSatisfy(process -> {
            assertThat(process.cwd()).isEqualTo("/tmp/pyjob-1/e2/work");
            assertThat(process.env()).containsEntry("PYJOB_DIR", "/tmp/pyjob-1/e2");
            assertThat(process.stdout()).isEqualTo(process.stderr()).startsWith("/tmp/pyjob-1/logs/executor-2-");
            assertThat(process.box()).isEmpty();
        });
        assertThat(process(pod, "jvm").env()).containsEntry("PYJOB_EXECUTOR_ID", "2");
        assertThat(process(pod, "python").argv().subList(3, 14))
                .containsExactly(
                        "pool",
                        "--spare",
                        "2",
                        "--slots",
                        "2",
                        "--memory",
                        "3221225472",
                        "--worker-memory",
                        "1610612736",
                        "--preload",
                        "numpy,pandas");
        assertThat(process(pod, "python").env()).containsEntry("PYJOB_EXECUTOR_ID", "2");
    }

    @Test
    void aLaterAttemptHasVolumesAndLogsOfItsOwn() {
        assertThat(process(LocalPods.driver(FULL, 3), "python").env()).containsEntry("PYJOB_DIR", "/tmp/pyjob-1/3d");
        assertThat(process(LocalPods.driver(FULL, 3), "jvm").stdout())
                .isEqualTo("/tmp/pyjob-1/logs/attempt-3-driver-jvm.log");
        assertThat(process(LocalPods.executor(FULL, 3, 2), "jvm").stdout())
                .isEqualTo("/tmp/pyjob-1/logs/attempt-3-executor-2-jvm.log");
    }

    @Test
    void aBoxSeesItsVolumesTheUsersFilesAndPythonItsEnvironment() {
        Pod pod = LocalPods.driver(FULL);
        assertThat(process(pod, "jvm", true, false).box())
                .isEqualTo(Optional.of(new ContainerProcess.Box(
                        "jvm",
                        "/tmp/pyjob-1/d/tmp",
                        List.of("/tmp/pyjob-1/d", "/tmp/pyjob-1/d/work", CONF, SECRETS, "/home/me/project"))));
        assertThat(process(pod, "python", true, false).box())
                .isEqualTo(Optional.of(new ContainerProcess.Box(
                        "python",
                        "/tmp/pyjob-1/d/tmp",
                        List.of(
                                "/tmp/pyjob-1/d",
                                "/tmp/pyjob-1/d/work",
                                CONF,
                                "/tmp/pyjob-1/mnt/scripts",
                                "/home/me/project",
                                "/cache/env/1"))));
    }

    @Test
    void trainingUsesOtherArgumentFiles() {
        assertThat(process(LocalPods.driver(FULL), "jvm", false, true).argv()).contains("@/opt/home/driver.train.args");
        assertThat(process(LocalPods.executor(FULL, 1), "jvm", false, true).argv())
                .contains("@/opt/home/executor.train.args");
    }
}
