package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.pyjob.api.PackageIndex;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.PythonSpec;
import io.pyjob.api.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class JobRequestTest {
    private static final String PI = """
            apiVersion: pyjob.io/v1alpha1
            kind: PyJob
            metadata:
              name: pi
            spec:
              script: {path: pi.py}
              args: ["8"]
              python: {requirements: [pandas]}
            """;
    private static final String FROM_MAP = """
            apiVersion: pyjob.io/v1alpha1
            kind: PyJob
            metadata: {name: pi}
            spec:
              script:
                configMap: {name: scripts, key: pi.py}
            """;
    private static final String MAP = """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: scripts}
            data:
              pi.py: print(3)
            """;

    private static final String SCHEDULE = """
            apiVersion: pyjob.io/v1alpha1
            kind: PyJobSchedule
            metadata: {name: nightly}
            spec:
              schedule: 30 2 * * MON-FRI
              timeZone: Europe/Berlin
              template:
                spec:
                  script: {path: pi.py}
                  args: ["8"]
            """;

    @TempDir
    Path cwd = Path.of("");

    @Test
    void aManifestBecomesAJobAsAnApiServerWouldTakeIt() throws IOException {
        Files.createDirectory(cwd.resolve("jobs"));
        Files.writeString(cwd.resolve("jobs/job.yaml"), PI);

        JobRequest request = request("jobs/job.yaml");

        assertThat(request.faults()).isEmpty();
        assertThat(request.workFolder()).isEqualTo(cwd.resolve("jobs"));
        assertThat(request.job().getMetadata().getName()).isEqualTo("pi");
        assertThat(request.job().getMetadata().getNamespace()).isEqualTo("default");
        assertThat(request.job().getMetadata().getUid()).hasSize(36);
        assertThat(request.job().getStatus().phase()).isEqualTo(Phase.Pending);
        assertThat(request.job().getSpec().args()).containsExactly("8");
    }

    @Test
    void optionsAreStrongerThanTheManifest() throws IOException {
        Files.writeString(cwd.resolve("job.yml"), PI);

        JobRequest request = request(
                "--name=other",
                "-e=5",
                "--executor-cores=3",
                "-m=4Gi",
                "--driver-memory=2Gi",
                "-c=spark.x=1",
                "-r=numpy",
                "job.yml",
                "9",
                "--top");

        assertThat(request.faults()).isEmpty();
        assertThat(request.job().getMetadata().getName()).isEqualTo("other");
        PyJobSpec spec = request.job().getSpec();
        assertThat(spec.executors().instances()).isEqualTo(5);
        assertThat(spec.executors().cores()).isEqualTo(3);
        assertThat(spec.executors().memory()).isEqualTo(new Quantity("4Gi"));
        assertThat(spec.driver().memory()).isEqualTo(new Quantity("2Gi"));
        assertThat(spec.conf()).containsEntry("spark.x", "1");
        assertThat(spec.python().requirements()).containsExactly("pandas", "numpy");
        assertThat(spec.args()).containsExactly("9", "--top");
    }

    @Test
    void optionsAreCheckedLikeTheManifest() throws IOException {
        Files.writeString(cwd.resolve("job.yaml"), PI.replace("python: {requirements: [pandas]}", "python: 3"));

        assertThat(request("-e=-1", "-m=2g", "-c=spark.master=local", "-r=numpy", "job.yaml")
                        .faults())
                .containsExactlyInAnyOrder(
                        "job.yaml: spec.executors.instances: must be a whole number of at least 0, not -1",
                        "job.yaml: spec.executors.memory: must be a size such as 512Mi or 2Gi, not \"2g\"; did you mean"
                                + " 2Gi?",
                        "job.yaml: spec.conf[spark.master]: PyJob sets it: it is what starts the executors",
                        "job.yaml: spec.python: must be a mapping (name: value), not 3");
    }

    @Test
    void aScriptNeedsNoManifest() {
        JobRequest request = request("jobs/Word_Count.py", "--top", "5");

        assertThat(request.faults()).isEmpty();
        assertThat(request.workFolder()).isEqualTo(cwd);
        assertThat(request.job().getMetadata().getName()).isEqualTo("word-count");
        assertThat(request.job().getSpec().script().path()).isEqualTo("jobs/Word_Count.py");
        assertThat(request.job().getSpec().args()).containsExactly("--top", "5");
    }

    @ParameterizedTest
    @CsvSource({
        "pi.py, pi",
        "a/My Job!.py, my-job",
        "__main__.py, main",
        "___.py, script",
        "2.0.py, 2-0",
        "é.py, script"
    })
    void aJobHasItsScriptsName(String script, String name) {
        assertThat(ScriptManifest.jobName(script)).isEqualTo(name);
    }

    @Test
    void aScriptsNameIsCut() {
        assertThat(ScriptManifest.jobName("a".repeat(252) + "_" + "b".repeat(9) + ".py"))
                .isEqualTo("a".repeat(252));
    }

    @Test
    void aFileThatCannotBeReadIsAFault() throws IOException {
        Files.createDirectory(cwd.resolve("folder.yaml"));
        Files.write(cwd.resolve("latin.yaml"), new byte[] {(byte) 0xe9});

        assertThat(request("none.yaml").faults()).containsExactly("none.yaml: no such file");
        assertThat(request("folder.yaml").faults()).containsExactly("folder.yaml: is a directory");
        assertThat(request("latin.yaml").faults()).containsExactly("latin.yaml: is not UTF-8 text");
    }

    @Test
    void aScriptMayBeInAConfigMapOfTheSameFile() throws IOException {
        Files.writeString(cwd.resolve("job.yaml"), FROM_MAP + MAP);

        JobRequest request = request("job.yaml");

        assertThat(request.faults()).isEmpty();
        assertThat(request.job().getSpec().script().inline()).isEqualTo("print(3)");
        assertThat(request.job().getSpec().script().configMap()).isNull();
    }

    @Test
    void aScriptThatOnlyAClusterHasIsAFault() throws IOException {
        Path manifest = cwd.resolve("job.yaml");
        Files.writeString(manifest, FROM_MAP);
        assertThat(request("job.yaml").faults())
                .containsExactly("job.yaml: spec.script.configMap: there are no ConfigMaps on this machine: put"
                        + " \"scripts\" into the manifest, after a line of ---, or use script.path");

        Files.writeString(manifest, FROM_MAP + MAP.replace("pi.py:", "e.py:"));
        assertThat(request("job.yaml").faults())
                .containsExactly(
                        "job.yaml: spec.script.configMap: the ConfigMap \"scripts\" has no key \"pi.py\"; it has e.py");
    }

    @Test
    void aFileOfRequirementsMayStandInTheManifest() throws IOException {
        String job = PI.replace(
                "{requirements: [pandas]}",
                "{requirements: [pandas], requirementsFrom: {configMap: {name: scripts, key: pi.py}},"
                        + " index: {noIndex: true, claim: wheels}}");
        Files.writeString(cwd.resolve("job.yaml"), job + MAP.replace("print(3)", "\"# ours\\nnumpy\\n\""));

        JobRequest request = request("job.yaml");

        assertThat(request.faults()).isEmpty();
        PythonSpec python = request.job().getSpec().python();
        assertThat(python.requirements()).containsExactly("pandas", "# ours", "numpy");
        assertThat(python.requirementsFrom()).isNull();
        assertThat(python.index()).isEqualTo(PackageIndex.DEFAULT);

        Files.writeString(cwd.resolve("job.yaml"), job);
        assertThat(request("job.yaml").faults())
                .containsExactly("job.yaml: spec.python.requirementsFrom.configMap: there are no ConfigMaps on this"
                        + " machine: put \"scripts\" into the manifest, after a line of ---, or use"
                        + " python.requirements");
    }

    @Test
    void foldersOfConfigMapsAreThoseOfTheSameFile() throws IOException {
        String job = PI.replace(
                        "{requirements: [pandas]}",
                        "{modulesFrom: [{configMap: {name: scripts, items: [{key: pi.py, path: a/pi.py}]}, folder: lib}]}")
                + "  jvm: {hadoopConf: {configMap: scripts}, ivySettings: {configMap: {name: scripts, key: pi.py}}}\n";
        Files.writeString(cwd.resolve("job.yaml"), job + MAP);

        JobRequest request = request("job.yaml");

        assertThat(request.faults()).isEmpty();
        assertThat(LocalObjects.text(request.objects().configMaps(), "scripts", "pi.py"))
                .contains("print(3)");

        Files.writeString(cwd.resolve("job.yaml"), job);
        String none = "there are no ConfigMaps on this machine: put \"scripts\" into the manifest, after a line of ---";
        assertThat(request("job.yaml").faults())
                .containsExactly(
                        "job.yaml: spec.python.modulesFrom[0].configMap: " + none + ", or use python.pyFiles",
                        "job.yaml: spec.jvm.hadoopConf.configMap: " + none,
                        "job.yaml: spec.jvm.ivySettings.configMap: " + none);
    }

    @Test
    void whatOnlyAClusterHasOfFoldersIsTold() throws IOException {
        Files.writeString(
                cwd.resolve("job.yaml"),
                PI.replace(
                                "{requirements: [pandas]}",
                                "{modulesFrom: [{configMap: {name: scripts, items: [{key: x, path: x.py}]}}]}")
                        + "  jvm: {hadoopConf: {secret: hadoop}, ivySettings: {secret: {name: ivy, key: x}}}\n"
                        + MAP);

        assertThat(request("job.yaml").faults())
                .containsExactly(
                        "job.yaml: spec.python.modulesFrom[0].configMap: the ConfigMap \"scripts\" has no key \"x\";"
                                + " it has pi.py",
                        "job.yaml: spec.jvm.hadoopConf.secret: there are no Secrets on this machine: put \"hadoop\""
                                + " into the manifest, after a line of ---, or give --secret hadoop=FOLDER, with a"
                                + " file for each key",
                        "job.yaml: spec.jvm.ivySettings.secret: there are no Secrets on this machine: put \"ivy\" into"
                                + " the manifest, after a line of ---, or give --secret ivy=FOLDER, with a file for"
                                + " each key");
        Files.writeString(Files.createDirectories(cwd.resolve("ivy")).resolve("x"), "<ivysettings/>");
        assertThat(request("--secret=hadoop=ivy", "--secret=ivy=ivy", "job.yaml")
                        .faults())
                .singleElement()
                .asString()
                .contains("modulesFrom");
    }

    @Test
    void aScriptMayBeDownloaded() throws IOException {
        Files.writeString(cwd.resolve("job.yaml"), PI.replace("path: pi.py", "url: 'https://example.com/pi.py'"));

        assertThat(request("job.yaml").faults()).isEmpty();
    }

    @Test
    void validatingAsksForNothingOfThisMachine() throws IOException {
        Path manifest = cwd.resolve("job.yaml");
        Files.writeString(manifest, FROM_MAP);
        assertThat(faultsOf(manifest)).isEmpty();

        Files.writeString(manifest, FROM_MAP.replace("key: pi.py", "kee: pi.py"));
        assertThat(faultsOf(manifest))
                .isEqualTo(List.of(
                        manifest + ": spec.script.configMap.key: is required",
                        manifest + ": spec.script.configMap.kee: unknown field; did you mean \"key\"?"));
    }

    private static List<String> faultsOf(Path manifest) {
        return JobRequest.faultsOf(Manifest.check(ManifestFile.read(manifest)), manifest);
    }

    @Test
    void ofAScheduleOneRunIsMade() throws IOException {
        Files.writeString(cwd.resolve("nightly.yaml"), SCHEDULE);

        JobRequest request = request("-e=5", "--name=once", "nightly.yaml", "9");

        assertThat(request.faults()).isEmpty();
        assertThat(request.job().getKind()).isEqualTo("PyJob");
        assertThat(request.job().getMetadata().getName()).isEqualTo("once");
        assertThat(request.job().getSpec().executors().instances()).isEqualTo(5);
        assertThat(request.job().getSpec().args()).containsExactly("9");
        assertThat(request.job().getSpec().script().path()).isEqualTo("pi.py");
    }

    @Test
    void aSchedulesFaultsHaveTheirPlaceInTheTemplate() throws IOException {
        Files.writeString(
                cwd.resolve("nightly.yaml"),
                SCHEDULE.replace("script: {path: pi.py}", "script: {configMap: {name: scripts, key: pi.py}}"));
        assertThat(request("nightly.yaml").faults())
                .singleElement()
                .asString()
                .startsWith(
                        "nightly.yaml: spec.template.spec.script.configMap: there are no ConfigMaps on this machine");
        assertThat(request("-e=-1", "nightly.yaml").faults())
                .containsExactly("nightly.yaml: spec.template.spec.executors.instances: must be a whole number of at"
                        + " least 0, not -1");
    }

    @Test
    void theNextTimesAreSaidInWords() throws IOException {
        Path manifest = cwd.resolve("nightly.yaml");
        Files.writeString(manifest, SCHEDULE);
        Instant now = Instant.parse("2026-11-21T12:00:00Z");
        PyJobSchedule schedule =
                Manifest.check(ManifestFile.read(manifest)).schedule().orElseThrow();
        assertThat(NextTimes.words(schedule, now))
                .isEqualTo("next on Monday 23 November 2026 at 02:30, Tuesday 24 November 2026 at 02:30, Wednesday 25"
                        + " November 2026 at 02:30 (Europe/Berlin)");
        Files.writeString(manifest, SCHEDULE.replace("template:", "suspend: true\n  template:"));
        assertThat(NextTimes.words(
                        Manifest.check(ManifestFile.read(manifest)).schedule().orElseThrow(), now))
                .endsWith(" (Europe/Berlin); it is suspended");
    }

    private JobRequest request(String... line) {
        RunOptions options = new RunOptions();
        new CommandLine(options).setStopAtPositional(true).parseArgs(line);
        return JobRequest.read(options, cwd);
    }
}
