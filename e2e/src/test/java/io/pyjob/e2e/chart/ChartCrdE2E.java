package io.pyjob.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The CRD through the life of releases: an upgrade brings a new one, and it outlives its release together with all jobs. Needs
 * an API server and nothing behind it, since the operator has no replicas here. It takes the cluster's CRD for itself for a
 * moment, so nothing else may use PyJobs meanwhile.
 */
final class ChartCrdE2E {
    private static final String NAMESPACE = "chart-crd";
    private static final String[] WITHOUT_OPERATOR = {"--set", "replicas=0", "--set", "watchNamespaces={chart-crd}"};

    @TempDir
    static Path folder;

    @BeforeAll
    static void namespace() {
        Helm.need("helm");
        Helm.need("kubectl");
        kubectl("create", "namespace", NAMESPACE).ok();
    }

    @AfterAll
    static void nothingIsLeft() {
        helm("uninstall", "--ignore-not-found").ok();
        kubectl("delete", "pyjobs", "--all", "--namespace", NAMESPACE, "--ignore-not-found");
        kubectl("delete", "namespace", NAMESPACE, "--wait=false").ok();
        // CRDs that are no release's any more: the next one may be anybody's.
        for (String resource : Chart.RESOURCES) {
            String crd = resource + ".pyjob.io";
            kubectl("annotate", "crd", crd, "meta.helm.sh/release-name-", "meta.helm.sh/release-namespace-");
            kubectl("label", "crd", crd, "app.kubernetes.io/managed-by-");
        }
    }

    @Test
    void anUpgradeBringsTheNewCrdAndItOutlivesItsRelease() {
        helm("install", "--take-ownership", olderChart().toString()).ok();
        kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd/pyjobs.pyjob.io")
                .ok();
        assertThat(apply("before", "").ok()).contains("created");
        assertThat(apply("refused", "cpu: 500m").refused()).contains("unknown field", "cpu");
        String uid = uid("before");

        helm("upgrade", Chart.FOLDER.toString()).ok();
        assertThat(uid("before")).isEqualTo(uid);
        assertThat(apply("after", "cpu: 500m").ok()).contains("created");

        helm("uninstall").ok();
        assertThat(kubectl(
                                "get",
                                "all,roles,serviceaccounts",
                                "-l",
                                "app.kubernetes.io/instance=pyjob",
                                "-o",
                                "name",
                                "--namespace",
                                NAMESPACE)
                        .ok())
                .isEmpty();
        assertThat(uid("before")).isEqualTo(uid);
        assertThat(kubectl("get", "crd", "pyjobs.pyjob.io", "-o", "name").ok()).isNotEmpty();

        helm("install", Chart.FOLDER.toString()).ok(); // the same release again takes it as its own
        helm("uninstall").ok();
        String elsewhere = helm("install", "--namespace", "default", Chart.FOLDER.toString())
                .refused();
        assertThat(elsewhere).contains("pyjobs.pyjob.io", "invalid ownership metadata");
    }

    /** The chart as it might have been before: its CRD lacks a field. */
    private static Path olderChart() {
        Path older = folder.resolve("pyjob");
        try (Stream<Path> files = Files.walk(Chart.FOLDER)) {
            for (Path file : files.toList()) {
                Files.copy(file, older.resolve(Chart.FOLDER.relativize(file).toString()));
            }
            Path file = older.resolve("files/pyjobs.pyjob.io-v1.yml");
            ObjectNode crd = (ObjectNode) Chart.document(Files.readString(file));
            ObjectNode executors =
                    (ObjectNode) crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/executors");
            assertThat(((ObjectNode) executors.path("properties")).remove("cpu"))
                    .isNotNull();
            removeRulesAbout("cpu", (ArrayNode) executors.path("x-kubernetes-validations"));
            // Its beginning as the chart's template looks for it.
            crd.remove("metadata");
            Files.writeString(file, "metadata:\n  name: pyjobs.pyjob.io\n" + withoutMarker(Serialization.asYaml(crd)));
            return older;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void removeRulesAbout(String field, ArrayNode rules) {
        for (Iterator<JsonNode> each = rules.elements(); each.hasNext(); ) {
            if (each.next().path("rule").asText().contains("." + field)) {
                each.remove();
            }
        }
    }

    private static String withoutMarker(String yaml) {
        return yaml.replaceFirst("^---\n", "");
    }

    private static Ran apply(String name, String executors) {
        String manifest = """
                apiVersion: pyjob.io/v1alpha1
                kind: PyJob
                metadata: {name: %s, namespace: %s}
                spec:
                  script: {path: a.py}
                  executors: {instances: 1, %s}
                """.formatted(name, NAMESPACE, executors);
        return Ran.withInput(manifest, List.of("kubectl", "apply", "--validate=strict", "-f", "-"));
    }

    private static String uid(String job) {
        return kubectl("get", "pyjob", job, "--namespace", NAMESPACE, "-o", "jsonpath={.metadata.uid}")
                .ok();
    }

    private static Ran helm(String command, String... arguments) {
        Stream<String> values = command.equals("uninstall") ? Stream.of() : Stream.of(WITHOUT_OPERATOR);
        return Helm.run(Stream.of(Stream.of(command, "pyjob", "--namespace", NAMESPACE), values, Stream.of(arguments))
                .flatMap(words -> words)
                .toArray(String[]::new));
    }

    private static Ran kubectl(String... arguments) {
        return Ran.withInput(
                "", Stream.concat(Stream.of("kubectl"), Stream.of(arguments)).toList());
    }
}
