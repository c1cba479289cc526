package io.pyjob.api.manifest;

import static io.pyjob.api.manifest.Manifests.faultsOf;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ManifestTextTest {
    private static final String MAP = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: scripts}
            data:
              pi.py: print(3)
            """;

    @Test
    void aJobMayHaveConfigMapsBesideIt() {
        ManifestText text = ManifestText.of("---\n" + MAP + "---\n" + Manifests.with("") + "---\n", "job.yaml");

        assertThat(text.faults()).isEmpty();
        assertThat(text.job()).isPresent();
        assertThat(text.configMaps()).hasSize(1);
        assertThat(text.configMaps().get(0).at("/data/pi.py").asText()).isEqualTo("print(3)");
    }

    @Test
    void thereIsOneJob() {
        assertThat(faultsOf("")).containsExactly("is empty");
        assertThat(faultsOf("# nothing\n---\n")).containsExactly("is empty");
        assertThat(faultsOf(MAP)).containsExactly("has no PyJob");
        assertThat(faultsOf(Manifests.with("") + "---\n" + Manifests.with("")))
                .containsExactly("must have one PyJob or PyJobSchedule, not 2: write each to a file of its own");
        assertThat(faultsOf(Manifests.with("") + "---\napiVersion: v1\nkind: Service\n"))
                .containsExactly(
                        "document 2: a manifest has one PyJob, and ConfigMaps and Secrets beside it if need be, but not kind:"
                                + " Service");
        assertThat(faultsOf("print(3)")).containsExactly("must be a mapping (name: value), not \"print(3)\"");
    }

    @Test
    void mistakesOfYamlHaveLineAndColumn() {
        assertThat(faultsOf("kind: PyJob\n  metadata: x"))
                .containsExactly("line 2, column 11: is not YAML: mapping values are not allowed here");
        assertThat(faultsOf("kind: [")).hasSize(1);
        assertThat(faultsOf("kind: \u0001")).hasSize(1);
        assertThat(faultsOf("a: &a [*a]")).contains("a[0]: contains itself (line 1)");
        assertThat(faultsOf("[".repeat(10_000))).hasSize(1);
    }

    @Test
    void keysThatAreThereTwiceAreTold() {
        assertThat(ManifestText.of("a:\n  b: 1\n  c: 2\n  b: 3\n", "job.yaml").faults())
                .containsExactly(new Fault("a.b", "is there twice, in line 2 and in line 4"));
    }

    @Test
    void scalarsAreWhatKubectlTakesThemFor() {
        ObjectAt tree = new ObjectAt("""
                {a: yes, b: Off, c: 010, d: 0x1F, e: 1_000, f: 1e3, g: 2.50, h: 1:30, i: y, j: ~, k: 2026-01-01,
                l: 12345678901234567890, m: "1", n: -5, o: 'on', p: 089, q: 0o17, r: N, s: 'y'}
                """);
        assertThat(tree.at("a")).isEqualTo("true");
        assertThat(tree.at("b")).isEqualTo("false");
        assertThat(tree.at("c")).isEqualTo("8");
        assertThat(tree.at("d")).isEqualTo("31");
        assertThat(tree.at("e")).isEqualTo("1000");
        assertThat(tree.at("f")).isEqualTo("1000");
        assertThat(tree.at("g")).isEqualTo("2.5");
        assertThat(tree.at("h")).isEqualTo("\"1:30\"");
        assertThat(tree.at("i")).isEqualTo("true");
        assertThat(tree.at("j")).isEqualTo("null");
        assertThat(tree.at("k")).isEqualTo("\"2026-01-01\"");
        assertThat(tree.at("l")).isEqualTo("1.2345678901234567E19");
        assertThat(tree.at("m")).isEqualTo("\"1\"");
        assertThat(tree.at("n")).isEqualTo("-5");
        assertThat(tree.at("o")).isEqualTo("\"on\"");
        assertThat(tree.at("p")).isEqualTo("89");
        assertThat(tree.at("q")).isEqualTo("15");
        assertThat(tree.at("r")).isEqualTo("false");
        assertThat(tree.at("s")).isEqualTo("\"y\"");
    }

    @Test
    void numbersThatJsonDoesNotHaveAreTold() {
        assertThat(Manifests.faultsOf(Manifests.with("conf: {spark.a: .inf}")).get(0))
                .contains("spark.a", "JSON", ".inf", "line");
    }

    @Test
    void jsonIsReadAsJson() {
        String job = "{\"apiVersion\": \"pyjob.io/v1alpha1\", \"kind\": \"PyJob\",\n\t\"metadata\": {\"name\": \"pi\"},"
                + " \"spec\": {\"script\": {\"path\": \"pi.py\"}}}";

        assertThat(Manifest.read(job, "job.json").faults()).isEmpty();
        assertThat(Manifest.read("", "job.json").faults()).containsExactly(new Fault("", "is empty"));
        assertThat(Manifest.read("{\"a\": 1, \"a\": 2}", "job.json").faults())
                .singleElement()
                .extracting(Fault::toString)
                .asString()
                .startsWith("line 1, column 1")
                .contains("Duplicate field 'a'");
        assertThat(Manifest.read("{\n  \"a\": x}", "job.json").faults())
                .singleElement()
                .extracting(Fault::path)
                .asString()
                .startsWith("line 2, column ");
        assertThat(Manifest.read("{} {}", "job.json").faults()).hasSize(1);
    }

    private record ObjectAt(String yaml) {
        String at(String field) {
            return ManifestText.of(yaml, "job.yaml")
                    .job()
                    .orElseThrow()
                    .get(field)
                    .toString();
        }
    }
}
