package io.pyjob.operator.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.PyJob;
import io.pyjob.api.manifest.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The variables and volumes of a job on this machine. */
final class LocalDataTest {
    private static final Path RUN = Path.of("/tmp/pyjob-1");
    private static final LocalObjects OBJECTS = new LocalObjects(
            Map.of(
                    "api", Map.of("token", "t0ken".getBytes(UTF_8)),
                    "lake", Map.of("id", "me".getBytes(UTF_8)),
                    "keys", Map.of("store.jks", new byte[] {1})),
            Map.of("settings", Map.of("table", "numbers".getBytes(UTF_8))),
            Map.of(
                    "input", Path.of("/home/me/lake"),
                    "models", Path.of("/home/me/models"),
                    "identity", Path.of("/home/me/identity")));

    private final PyJob job = job();

    private static PyJob job() {
        try {
            return Serialization.unmarshal(
                    Files.readString(Path.of("src/test/resources/golden/data.job.yaml")), PyJob.class);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ContainerProcess process(Pod pod, String container) {
        return new PodProcesses(LocalPods.machine(RUN, OBJECTS, true, false), pod, "127.3.4.9")
                .all().stream()
                        .filter(process -> process.id().endsWith("/" + container))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void theScriptHasWhatIsForIt() {
        ContainerProcess python = process(LocalPods.driver(job), "python");
        assertThat(python.env())
                .containsEntry("API_TOKEN", "t0ken")
                .containsEntry("COSTS", "$5, $(PYJOB_DIR)")
                .containsEntry("NODE", "localhost")
                .doesNotContainKeys("AWS_ACCESS_KEY_ID", "APP_table");
        assertThat(python.argv()).endsWith("/home/me/lake/flights/2013", "/home/me/lake/results");
        assertThat(python.box().orElseThrow().share())
                .contains("/home/me/lake/flights", "/tmp/pyjob-1/mnt/user-token")
                .doesNotContain("/tmp/pyjob-1/mnt/user-keys", "/home/me/models");
    }

    @Test
    void functionsHaveOthers() {
        ContainerProcess python = process(LocalPods.executor(job, 1), "python");
        assertThat(python.env()).containsEntry("APP_table", "numbers").doesNotContainKey("API_TOKEN");
        assertThat(python.box().orElseThrow().share())
                .contains("/home/me/models")
                .doesNotContain("/tmp/pyjob-1/mnt/user-token");
    }

    @Test
    void theJvmHasItsCredentialsAndFolders() {
        ContainerProcess jvm = process(LocalPods.executor(job, 1), "jvm");
        assertThat(jvm.env())
                .containsEntry("AWS_ACCESS_KEY_ID", "me")
                .containsEntry("SPARK_LOCAL_DIRS", "/tmp/pyjob-1/e1/volumes/user-fast,/tmp/pyjob-1/e1/volumes/user-big")
                .doesNotContainKey("API_TOKEN");
        assertThat(jvm.box().orElseThrow().share()).contains("/tmp/pyjob-1/mnt/user-keys", "/home/me/identity");
        assertThat(process(LocalPods.driver(job), "jvm").env())
                .containsEntry("SPARK_LOCAL_DIRS", "/tmp/pyjob-1/d/volumes/user-fast");
    }

    @Test
    void settingsThatNameAFolderOfAllPodsGetIt() {
        assertThat(new LocalVolumes(OBJECTS, new RunFolder(RUN)).forAllPods(job.getSpec()))
                .containsEntry("/data/out", Path.of("/home/me/lake/results"))
                .containsEntry("/keys", RUN.resolve("mnt/user-keys"))
                .doesNotContainKeys("/fast", "/big");
    }

    @Test
    void whatIsNotHereIsTold() {
        assertThat(LocalReferences.missing(job, OBJECTS)).isEmpty();
        assertThat(LocalReferences.missing(job, LocalObjects.NONE))
                .extracting(Fault::path)
                .containsExactly(
                        "spec.python.env[1].valueFrom.secretKeyRef",
                        "spec.python.envFrom[0].configMapRef",
                        "spec.jvm.env[1].valueFrom.secretKeyRef",
                        "spec.volumes[0]",
                        "spec.volumes[2]",
                        "spec.volumes[3].secret",
                        "spec.volumes[4].secret",
                        "spec.volumes[8]");
    }
}
