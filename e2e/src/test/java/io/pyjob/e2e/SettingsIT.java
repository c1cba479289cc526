package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What scripts have in their builders: masters, sizes, packages, jars and files. Needs no network. */
class SettingsIT {
    private static final String[] USES = {
        "def uses(spark):",
        "    print('driver', spark._jvm.com.acme.Greeter().call('you'))",
        "    spark.udf.registerJavaFunction('greet', 'com.acme.Greeter', 'string')",
        "    rows = spark.range(2).selectExpr(\"greet(concat('row ', id)) AS text\").collect()",
        "    print('executors', [row.text for row in rows])",
    };

    private final PyJob pyjob = PyJob.inNewFolder();
    private final MavenRepository repository = new MavenRepository(pyjob.work().resolve("repository"));

    @BeforeEach
    void publish() {
        repository.publish(
                "com.acme:words:1.0",
                "com.acme.Words",
                "package com.acme; public class Words { public static String hello() { return \"hello\"; } }",
                "WORD = 'hi'\n");
        repository.publish(
                "com.acme:greeter:1.0",
                "com.acme.Greeter",
                "package com.acme; public class Greeter implements org.apache.spark.sql.api.java.UDF1<String, String> {"
                        + " public String call(String who) { return Words.hello() + \", \" + who; } }",
                "",
                "com.acme:words:1.0");
    }

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    private static PyJob.Ended passed(PyJob.Ended run) {
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        return run;
    }

    /** What the script was told, in no order. */
    private static List<String> told(PyJob.Ended run) {
        return run.err()
                .lines()
                .filter(line -> line.startsWith("[pyjob] "))
                .map(line -> line.substring("[pyjob] ".length()))
                .toList();
    }

    private String[] script(String... lines) {
        List<String> all = new ArrayList<>(List.of(
                "import os",
                "from pyspark import SparkConf, SparkContext, SparkFiles",
                "from pyspark.sql import SparkSession",
                "REPOSITORIES = {'spark.jars.repositories': '" + repository.address() + "',",
                "    'spark.jars.ivySettings': '" + repository.ivySettings() + "',",
                "    'spark.jars.ivy': '" + pyjob.work().resolve("ivy") + "'}"));
        all.addAll(List.of(USES));
        all.addAll(List.of(lines));
        return all.toArray(String[]::new);
    }

    @Test
    void theClusterAndTheManifestWinOverWhatAScriptSets() {
        pyjob.write(
                "job.py",
                script(
                        "spark = (SparkSession.builder.master('local[*]').appName('mine')",
                        "    .config('spark.executor.memory', '2g').config('spark.executor.instances', 10)",
                        "    .config('spark.executor.memoryOverhead', '1g').config('spark.driver.host', 'localhost')",
                        "    .config('spark.sql.shuffle.partitions', 3).getOrCreate())",
                        "sc = spark.sparkContext",
                        "print(sc.master, sc.appName, sc.uiWebUrl, sc.defaultParallelism)",
                        "print(sc.applicationId == sc.getConf().get('spark.app.id'), sc.applicationId.split('-')[0])",
                        "print([spark.conf.get('spark.' + key) for key in ('master', 'executor.memory', 'sql.shuffle.partitions')])",
                        "print(sc.parallelize([1], 1).map(lambda x: os.environ['PYJOB_EXECUTOR_ID']).collect())",
                        "print(sc._jsc.sc().getExecutorMemoryStatus().size())",
                        "conf = sc.getConf()",
                        "spark.stop()",
                        "sc = SparkContext('local[2]', 'again', conf=SparkConf(False).set('spark.executor.memory', '7g'))",
                        "print(sc.master, sc.appName, sc.getConf().get('spark.executor.memory'))",
                        "print(sc.parallelize([1, 2], 2).map(lambda x: 'PYJOB_EXECUTOR_ID' in os.environ).collect())",
                        "sc.stop()",
                        "print(SparkContext(conf=conf).appName)"));
        PyJob.Ended run = passed(pyjob.run("run", "--name=wins", "-e", "1", "-m", "2Gi", "job.py"));
        assertThat(run.out().lines())
                .as(Runs.describe(run))
                .containsExactly(
                        "pyjob://default/wins mine None 2",
                        "True wins",
                        "['pyjob://default/wins', '1664m', '3']",
                        "['1']",
                        "2",
                        "pyjob://default/wins again 1664m",
                        "[True, True]",
                        "mine");
        assertThat(told(run))
                .hasSize(6)
                .anyMatch(
                        line -> line.startsWith("spark.master=local[*] in the script is ignored: the job runs on the"))
                .anyMatch(
                        line -> line.startsWith("spark.master=local[2] in the script is ignored: the job runs on the"))
                .anyMatch(line -> line.startsWith("spark.executor.instances=10 in the script is ignored, it is 1: "
                        + "spec.executors.instances of the manifest decides"))
                .anyMatch(line -> line.startsWith("spark.executor.memory=7g in the script is ignored, it is 1664m: "
                        + "spec.executors.memory of the manifest"))
                .anyMatch(line -> line.startsWith("spark.executor.memoryOverhead=1g in the script is ignored: "))
                .anyMatch(line -> line.startsWith("spark.driver.host=localhost in the script is ignored"));
    }

    @Test
    void packagesAndFilesOfTheBuildersAreThereInDriverAndExecutors() throws IOException {
        pyjob.write("data.txt", "some data");
        pyjob.write("helper.py", "VALUE = 42");
        zip(pyjob.work().resolve("pack.zip"), "inner.txt", "packed");
        pyjob.write(
                "job.py",
                script(
                        "builder = SparkSession.builder.config('spark.jars.packages', 'com.acme:greeter:1.0')",
                        "builder = builder.config('spark.files', 'data.*').config('spark.submit.pyFiles', 'helper.py')",
                        "builder = builder.config('spark.archives', 'pack.zip#pack')",
                        "spark = builder.config(map=REPOSITORIES).getOrCreate()",
                        "uses(spark)",
                        "def look(_=None):",
                        "    import helper, words_module",
                        "    with open(SparkFiles.get('data.txt')) as file:",
                        "        return [helper.VALUE, words_module.WORD, file.read()]",
                        "def unpacked(_):",
                        "    with open(SparkFiles.get('pack/inner.txt')) as file:",
                        "        return file.read()",
                        "print(look())",
                        "print(spark.sparkContext.parallelize([1], 1).map(look).collect())",
                        "print(spark.sparkContext.parallelize([1], 1).map(unpacked).collect())",
                        "spark.stop()",
                        "missing = SparkSession.builder.config('spark.jars.packages', 'com.acme:missing:1.0')",
                        "try:",
                        "    missing.config(map=REPOSITORIES).getOrCreate()",
                        "except Exception as error:",
                        "    print(type(error).__name__, str(error).splitlines()[0])",
                        "builder = SparkSession.builder.config('spark.jars', 'nowhere.jar')",
                        "uses(builder.config('spark.jars.packages', 'com.acme:greeter:1.0').config(map=REPOSITORIES).getOrCreate())"));
        PyJob.Ended run = passed(pyjob.runJob("-e", "1", "job.py"));
        assertThat(run.out().lines())
                .as(Runs.describe(run))
                .containsExactly(
                        "driver hello, you",
                        "executors ['hello, row 0', 'hello, row 1']",
                        "[42, 'hi', 'some data\\n']",
                        "[[42, 'hi', 'some data\\n']]",
                        "['packed']",
                        "PySparkRuntimeError spark.jars.packages=com.acme:missing:1.0 cannot be resolved:"
                                + " [unresolved dependency: com.acme#missing;1.0: not found]",
                        "driver hello, you",
                        "executors ['hello, row 0', 'hello, row 1']");
        assertThat(told(run))
                .contains("fetching spark.jars.packages: com.acme:greeter:1.0")
                .anyMatch(line ->
                        line.startsWith("spark.jars names " + pyjob.work().resolve("nowhere.jar")));
    }

    /** The JVM works in another folder than the script, as it would have another file system on a cluster. */
    @Test
    void jarsAreThoseThatTheScriptSees() {
        pyjob.write(
                "job.py",
                script(
                        "import glob, shutil",
                        "os.makedirs('app/lib')",
                        "os.chdir('app')",
                        "for jar in glob.glob('../repository/**/*.jar', recursive=True):",
                        "    shutil.copy(jar, 'lib')",
                        "spark = SparkSession.builder.config('spark.jars', 'lib/gr*.jar,lib/words-1.0.jar').getOrCreate()",
                        "uses(spark)"));
        PyJob.Ended run = passed(pyjob.runJob("-e", "1", "job.py"));
        assertThat(run.out())
                .as(Runs.describe(run))
                .isEqualTo("driver hello, you\nexecutors ['hello, row 0', 'hello, row 1']\n");
        assertThat(told(run)).isEmpty();
    }

    @Test
    void packagesOfTheManifestsConfAreThereAndOnesThatAreNotEndTheJobInWords() {
        String[] manifest = {
            "apiVersion: pyjob.io/v1alpha1",
            "kind: PyJob",
            "metadata: {name: packages}",
            "spec:",
            "  script: {path: job.py}",
            "  executors: {instances: 1}",
            "  conf:",
            "    spark.jars.packages: com.acme:greeter:1.0",
            "    spark.jars.repositories: " + repository.address(),
            "    spark.jars.ivySettings: " + repository.ivySettings(),
            "    spark.jars.ivy: " + pyjob.work().resolve("ivy"),
        };
        pyjob.write("job.yaml", manifest);
        pyjob.write(
                "job.py",
                script(
                        "spark = SparkSession.builder.getOrCreate()",
                        "uses(spark)",
                        "spark.stop()",
                        "uses(SparkSession(SparkContext('local', 'anew', conf=SparkConf(False))))"));
        PyJob.Ended run = passed(pyjob.run("run", "job.yaml"));
        assertThat(run.out())
                .as(Runs.describe(run))
                .isEqualTo("driver hello, you\nexecutors ['hello, row 0', 'hello, row 1']\n".repeat(2));

        manifest[7] = "    spark.jars.packages: com.acme:missing:1.0";
        pyjob.write("job.yaml", manifest);
        PyJob.Ended failed = pyjob.run("run", "job.yaml");
        assertThat(failed.code()).as(Runs.describe(failed)).isEqualTo(1);
        assertThat(failed.err())
                .contains("PySparkRuntimeError: spark.jars.packages=com.acme:missing:1.0 cannot be resolved")
                .contains("Can the driver's pod reach the repositories")
                .doesNotContain("\tat ");
    }

    private static void zip(Path file, String name, String text) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
