package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real API server takes our CRD, and its verdict on a manifest is that of {@code pyjob validate}. */
class CrdE2E {
    private static final Path CRD = PyJob.PROJECT.resolve("crds/pyjobs.pyjob.io-v1.yml");
    private static final String GOOD = "{path: a.py}";

    @BeforeAll
    static void applyCrd() {
        assertThat(kubectl("", "apply", "-f", CRD.toString()).code()).isZero();
        assertThat(kubectl("", "wait", "--for=condition=Established", "--timeout=30s", "crd/pyjobs.pyjob.io")
                        .code())
                .isZero();
    }

    @AfterAll
    static void deleteCrd() {
        kubectl("", "delete", "-f", CRD.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"wordcount", "flights", "pi", "streaming"})
    void examplesAreAccepted(String example) throws IOException {
        String manifest = Files.readString(
                PyJob.PROJECT.resolve("examples").resolve(example).resolve("job.yaml"));
        Answer answer = kubectl(manifest, "create", "--dry-run=server", "-f", "-");
        assertThat(answer.code()).as(answer.text()).isZero();
    }

    @Test
    void defaultsAreThoseOfLocalMode() {
        Answer answer = kubectl(manifest(GOOD, "{}"), "create", "--dry-run=server", "-o", "yaml", "-f", "-");
        assertThat(answer.text()).contains("instances: 2", "cores: 1", "memory: 1Gi");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{}                                | {}",
                "{path: a.py, inline: 'print(1)'}  | {}",
                "{path: a.py}                      | {instances: two}",
                "{path: a.py}                      | {instances: -1}",
                "{path: a.py}                      | {memory: 1Gib}",
                "{path: a.py}                      | {min: 3, max: 2}",
                "{path: a.py}                      | {min: 3}",
                "{path: a.py}                      | {cores: 0}",
                "{path: 7}                         | {}",
            })
    void whatTheServerRefusesValidateRefuses(String script, String executors) {
        String manifest = manifest(script, executors);
        Answer server = kubectl(manifest, "create", "--dry-run=server", "--validate=strict", "-f", "-");
        assertThat(server.code()).as(server.text()).isNotZero();
        assertThat(validate(manifest).code()).as(server.text()).isEqualTo(65);
    }

    @Test
    void unknownFieldsAreRefusedByBoth() {
        String manifest = manifest(GOOD, "{instnces: 2}");
        assertThat(kubectl(manifest, "create", "--dry-run=server", "--validate=strict", "-f", "-")
                        .text())
                .contains("instnces");
        assertThat(validate(manifest).out()).contains("instnces", "instances");
    }

    @Test
    void everyPartIsExplained() {
        for (String part : List.of("pyjob.spec", "pyjob.spec.executors", "pyjob.spec.script", "pyjob.status")) {
            Answer answer = kubectl("", "explain", part);
            assertThat(answer.code()).as(answer.text()).isZero();
            assertThat(answer.text()).contains("DESCRIPTION").doesNotContain("<empty>");
        }
    }

    private static String manifest(String script, String executors) {
        return """
                apiVersion: pyjob.io/v1alpha1
                kind: PyJob
                metadata: {name: checked}
                spec:
                  script: %s
                  executors: %s
                """.formatted(script, executors);
    }

    private static PyJob.Ended validate(String manifest) {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.write("job.yaml", manifest);
            return pyjob.run("validate", "job.yaml");
        }
    }

    private record Answer(int code, String text) {}

    private static Answer kubectl(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            Map<String, String> env = builder.environment();
            env.putIfAbsent("KUBECONFIG", System.getProperty("user.home") + "/.kube/config");
            Process process = builder.start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(process.waitFor(), text);
        } catch (IOException e) {
            throw new AssertionError("kubectl cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
