package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pyjob.e2e.PyJob;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real API server takes our CRD, explains it, and judges a manifest as {@code pyjob validate} does. */
@OnCluster
final class CrdE2E {
    private static final String GOOD = "{path: a.py}";

    private final TestNamespace namespace;

    CrdE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    private Answer create(String manifest, String... options) {
        List<String> arguments = Stream.concat(
                        Stream.of("-n", namespace.name(), "create", "--dry-run=server", "-f", "-"), Stream.of(options))
                .toList();
        return Kubectl.run(manifest, arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wordcount", "flights", "pi", "streaming"})
    void examplesAreAccepted(String example) {
        String file =
                Cluster.PROJECT.resolve("examples/" + example + "/job.yaml").toString();
        namespace
                .kubectl("create", "--dry-run=server", "--validate=strict", "-f", file)
                .ok();
    }

    @Test
    void defaultsAreThoseOfLocalMode() {
        assertThat(create(manifest(GOOD, "{}"), "-o", "yaml").ok()).contains("instances: 2", "cores: 1", "memory: 1Gi");
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
                "{path: a.py}                      | {memory: 849Mi}",
                "{path: a.py}                      | {min: 3, max: 2}",
                "{path: a.py}                      | {min: 3}",
                "{path: a.py}                      | {cores: 0}",
                "{path: a.py}                      | {cpu: half}",
                "{path: a.py}                      | {cpu: 9m}",
                "{path: a.py}                      | {python: {workerMemory: 32Mi}}",
                "{path: a.py}                      | {python: {workerMemory: 2Gi}}",
                "{path: a.py}                      | {python: {maxTasksPerWorker: 0}}",
                "{path: a.py}                      | {python: {idleTimeout: soon}}",
                "{path: 7}                         | {}",
            })
    void whatTheServerRefusesValidateRefuses(String script, String executors) {
        String manifest = manifest(script, executors);
        String why = create(manifest, "--validate=strict").refused();
        assertThat(validate(manifest).code()).as(why).isEqualTo(65);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark.master: local", "spark.shuffle.service.enabled: 'true'", "sparc.x: 'y'"})
    void settingsThatTheServerRefusesValidateRefuses(String setting) {
        String manifest = manifest(GOOD, "{}") + "  conf: {" + setting + "}\n";
        String why = create(manifest, "--validate=strict").refused();
        assertThat(why).contains("spec.conf");
        assertThat(validate(manifest).code()).as(why).isEqualTo(65);
    }

    @Test
    void unknownFieldsAreRefusedByBoth() {
        String manifest = manifest(GOOD, "{instnces: 2}");
        assertThat(create(manifest, "--validate=strict").refused()).contains("instnces");
        assertThat(validate(manifest).out()).contains("instnces", "instances");
    }

    @Test
    void everyFieldIsExplained() throws JsonProcessingException {
        String crd = Kubectl.run("get", "crd", "pyjobs.pyjob.io", "-o", "json").ok();
        JsonNode schema = new ObjectMapper().readTree(crd).at("/spec/versions/0/schema/openAPIV3Schema/properties");
        List<String> parts = Stream.of("spec", "status")
                .flatMap(part -> objects("pyjob." + part, schema.path(part)))
                .toList();
        assertThat(parts).hasSizeGreaterThan(10);
        for (String part : parts) {
            assertThat(Kubectl.run("explain", part).ok())
                    .as(part)
                    .contains("DESCRIPTION", "FIELDS")
                    .doesNotContain("<no description>", "<empty>");
        }
    }

    /** The paths of what has fields. */
    private static Stream<String> objects(String path, JsonNode schema) {
        JsonNode properties =
                schema.path("items").isObject() ? schema.at("/items/properties") : schema.path("properties");
        if (properties.isEmpty()) {
            return Stream.of();
        }
        return Stream.concat(
                Stream.of(path),
                StreamSupport.stream(properties.properties().spliterator(), false)
                        .flatMap(field -> objects(path + "." + field.getKey(), field.getValue())));
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
}
