package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where a script and its modules come from. */
class SourcesIT {
    private final PyJob pyjob = PyJob.inNewFolder();

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    private void manifest(String script, String... more) {
        pyjob.write(
                "job.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: comes}",
                "spec:",
                "  script: " + script,
                "  executors: {instances: 1}",
                String.join("\n", more));
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** By Hadoop's client for {@code file:}, as by that for any other file system. */
    @Test
    void aScriptComesFromWhereHadoopReadsAndIsTheOneOfTheHash() throws IOException {
        Path script = pyjob.write(
                "main.py",
                "import sys",
                "from pyspark.sql import SparkSession",
                "print(__file__.rsplit('/', 2)[1:], SparkSession.builder.getOrCreate().range(3).count())");
        manifest("{url: 'file://" + script + "', sha256: " + sha256(script) + "}");

        PyJob.Ended run = pyjob.runJob("job.yaml");

        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("['script', 'main.py'] 3\n");

        String wrong = "0a".repeat(32);
        manifest("{url: 'file://" + script + "', sha256: " + wrong + "}");
        PyJob.Ended other = pyjob.runJob("job.yaml");

        assertThat(other.code()).as(Runs.describe(other)).isEqualTo(2);
        assertThat(other.out()).isEmpty();
        assertThat(other.err())
                .contains("spec.script.sha256: file://" + script + " is not the script that was meant: its SHA-256 is "
                        + sha256(script) + ", and the manifest has " + wrong);
    }

    @Test
    void aScriptThatHadoopCannotReadIsNamedWithWhatToDo() {
        manifest("{url: 'file://" + pyjob.work() + "/none.py'}");
        PyJob.Ended missing = pyjob.runJob("job.yaml");

        assertThat(missing.code()).as(Runs.describe(missing)).isEqualTo(2);
        assertThat(missing.err())
                .contains("cannot download the script from file://" + pyjob.work() + "/none.py: File file:")
                .contains("does not exist");

        manifest("{url: 'acme://bucket/main.py'}");
        PyJob.Ended unknown = pyjob.runJob("job.yaml");

        assertThat(unknown.code()).as(Runs.describe(unknown)).isEqualTo(2);
        assertThat(unknown.err())
                .contains("cannot download the script from acme://bucket/main.py: No FileSystem for scheme \"acme\"")
                .contains("spec.jvm.packages");
    }

    @Test
    void modulesOfConfigMapsAreThereForTheScriptItsFunctionsAndThePreload() {
        manifest(
                "{configMap: {name: lib, key: main.py}}",
                "  python:",
                "    modulesFrom:",
                "      - configMap: {name: lib, items: [{key: words.py, path: deep/words.py}, {key: init, path: __init__.py}]}",
                "        folder: team/report",
                "      - configMap: {name: tools}",
                "---",
                "apiVersion: v1",
                "kind: ConfigMap",
                "metadata: {name: lib}",
                "data:",
                "  init: 'NAME = \"report\"'",
                "  words.py: |",
                "    def shout(text):",
                "        return text.upper()",
                "  main.py: |",
                "    from pyspark.sql import SparkSession",
                "    from team import report",
                "    from team.report.deep.words import shout",
                "    import tool",
                "    sc = SparkSession.builder.getOrCreate().sparkContext",
                "    print(report.NAME, shout('driver'), tool.twice(1))",
                "    print(sc.parallelize(['a', 'b'], 2).map(shout).collect(), sc.parallelize([2], 1).map(tool.twice).collect())",
                "---",
                "apiVersion: v1",
                "kind: ConfigMap",
                "metadata: {name: tools}",
                "data:",
                "  tool.py: |",
                "    def twice(n):",
                "        return 2 * n");

        PyJob.Ended run = pyjob.runJob("job.yaml");

        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("report DRIVER 2\n['A', 'B'] [4]\n");
    }

    @Test
    void modulesAndArchivesMayBeAddressesOfHadoop() throws IOException {
        Path far = Files.createDirectory(pyjob.work().resolve("far"));
        Files.writeString(far.resolve("near.py"), "NAME = 'near'\n");
        Files.write(far.resolve("words.zip"), Wheel.zip(Map.of("list.txt", "word\n")));
        Files.writeString(far.resolve("data.txt"), "data\n");
        manifest(
                "{path: main.py}",
                "  python:",
                "    pyFiles: ['file://" + far + "/near.py']",
                "    archives: ['file://" + far + "/words.zip#words']",
                "    files: ['file://" + far + "/data.txt']");
        pyjob.write(
                "main.py",
                "from pyspark import SparkFiles",
                "from pyspark.sql import SparkSession",
                "sc = SparkSession.builder.getOrCreate().sparkContext",
                "def look(_=0):",
                "    import near",
                "    with open(SparkFiles.get('words/list.txt')) as one, open(SparkFiles.get('data.txt')) as two:",
                "        return near.NAME, one.read().strip(), two.read().strip()",
                "print(look(), sc.parallelize([0], 1).map(look).collect())");

        PyJob.Ended run = pyjob.runJob("job.yaml");

        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("('near', 'word', 'data') [('near', 'word', 'data')]\n");
    }
}
