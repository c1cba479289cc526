package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a manifest brings for the JVMs: jars, packages, files, Hadoop's configuration. Needs no network. */
class JarsIT {
    private static final String[] USES = {
        "from pyspark import SparkFiles",
        "from pyspark.sql import SparkSession",
        "spark = SparkSession.builder.getOrCreate()",
        "def uses(name):",
        "    print('driver', getattr(spark._jvm.com.acme, name)().call('you'))",
        "    spark.udf.registerJavaFunction('f', 'com.acme.' + name, 'string')",
        "    rows = spark.range(2).selectExpr(\"f(concat('row ', id)) AS text\").collect()",
        "    print('executors', [row.text for row in rows])",
    };

    private final PyJob pyjob = PyJob.inNewFolder();
    private final MavenRepository repository = new MavenRepository(pyjob.work().resolve("repository"));

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    private static String udf(String name, String body) {
        return "package com.acme; public class " + name
                + " implements org.apache.spark.sql.api.java.UDF1<String, String>"
                + " { public String call(String who) { return " + body + "; } }";
    }

    private void publish(String version, String word) {
        repository.publish(
                "com.acme:words:" + version,
                "com.acme.Words",
                "package com.acme; public class Words { public static String hello() { return \"" + word + "\"; } }",
                "WORD = '" + word + "'\n");
    }

    private void publishAll() {
        publish("1.0", "hello");
        publish("2.0", "good day");
        repository.publish(
                "com.acme:greeter:1.0",
                "com.acme.Greeter",
                udf("Greeter", "Words.hello() + \", \" + who"),
                "",
                "com.acme:words:1.0");
    }

    /** With Ivy's settings in the manifest's own file, as a cluster has them in a ConfigMap. */
    private void manifest(String... java) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: brings}",
                "spec:",
                "  script: {path: main.py}",
                "  executors: {instances: 1}",
                "  conf: {spark.jars.ivy: " + pyjob.work().resolve("ivy") + "}"));
        lines.addAll(List.of(java));
        lines.addAll(List.of(
                "---",
                "apiVersion: v1",
                "kind: ConfigMap",
                "metadata: {name: ivy}",
                "data:",
                "  ivysettings.xml: |",
                "    " + Files.readString(repository.ivySettings()).strip(),
                "---",
                "apiVersion: v1",
                "kind: ConfigMap",
                "metadata: {name: hadoop}",
                "data:",
                "  core-site.xml: |",
                "    <configuration>",
                "    <property><name>acme.from</name><value>core-site</value></property>",
                "    <property><name>acme.both</name><value>core-site</value></property>",
                "    </configuration>",
                "  hive-site.xml: |",
                "    <configuration><property><name>hive.metastore.warehouse.dir</name>",
                "    <value>file:" + pyjob.work().resolve("warehouse") + "</value></property></configuration>"));
        pyjob.write("job.yaml", lines.toArray(String[]::new));
    }

    private void script(String... more) {
        List<String> lines = new ArrayList<>(List.of(USES));
        lines.addAll(List.of(more));
        pyjob.write("main.py", lines.toArray(String[]::new));
    }

    private static PyJob.Ended passed(PyJob.Ended run) {
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        return run;
    }

    private static List<String> conflicts(PyJob.Ended run) {
        return run.err()
                .lines()
                .filter(line -> line.startsWith("[pyjob] ") && !line.contains("fetching"))
                .map(line -> line.substring("[pyjob] ".length()))
                .toList();
    }

    @Test
    void packagesJarsAndFilesOfTheManifestAreThereInDriverAndExecutors() throws IOException {
        publishAll();
        repository.publish("com.acme:shout:1.0", "com.acme.Shout", udf("Shout", "who.toUpperCase()"), "");
        Files.createDirectory(pyjob.work().resolve("lib"));
        Files.copy(repository.jar("com.acme:shout:1.0"), pyjob.work().resolve("lib/shout.jar"));
        pyjob.write("words.txt", "some words");
        manifest(
                "  python: {files: [words.*]}",
                "  jvm:",
                "    jars: [lib/*.jar]",
                "    packages: [\"com.acme:greeter:1.0\"]",
                "    repositories: [\"" + repository.address() + "\"]",
                "    ivySettings: {configMap: {name: ivy, key: ivysettings.xml}}");
        script(
                "uses('Greeter')",
                "uses('Shout')",
                "def look(_=0):",
                "    import words_module",
                "    with open(SparkFiles.get('words.txt')) as file:",
                "        return words_module.WORD, file.read().strip()",
                "print(look(), spark.sparkContext.parallelize([0], 1).map(look).collect())");

        PyJob.Ended run = passed(pyjob.runJob("job.yaml"));

        assertThat(run.out().lines())
                .as(Runs.describe(run))
                .containsExactly(
                        "driver hello, you",
                        "executors ['hello, row 0', 'hello, row 1']",
                        "driver YOU",
                        "executors ['ROW 0', 'ROW 1']",
                        "('hello', 'some words') [('hello', 'some words')]");
        assertThat(conflicts(run)).isEmpty();
    }

    @Test
    void versionsThatDoNotGoTogetherAreTold() throws IOException {
        publishAll();
        repository.publish(
                "com.google.code.gson:gson:1.0",
                "com.google.gson.Old",
                "package com.google.gson; public class Old {}",
                "");
        Files.createDirectory(pyjob.work().resolve("lib"));
        for (String version : List.of("1.0", "2.0")) {
            publish(version, "hello");
            Files.copy(
                    repository.jar("com.acme:words:" + version),
                    pyjob.work().resolve("lib/sounds-" + version + ".jar"));
        }
        manifest(
                "  jvm:",
                "    jars: [lib/sounds-1.0.jar, lib/sounds-2.0.jar]",
                "    packages: [\"com.acme:greeter:1.0\", \"com.acme:words:2.0\", \"com.google.code.gson:gson:1.0\"]",
                "    repositories: [\"" + repository.address() + "\"]",
                "    ivySettings: {configMap: {name: ivy, key: ivysettings.xml}}");
        script("uses('Greeter')");

        PyJob.Ended run = passed(pyjob.runJob("job.yaml"));

        assertThat(conflicts(run))
                .as(Runs.describe(run))
                .hasSize(3)
                .anySatisfy(line -> assertThat(line)
                        .isEqualTo(
                                "two packages ask for different versions of com.acme:words: 2.0 is taken, and not 1.0"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("com.google.code.gson_gson-1.0.jar is gson 1.0, and Spark has 2.")
                        .endsWith("or leave it out (spec.jvm.excludes: [\"com.google.code.gson:gson\"])"))
                .anySatisfy(line -> assertThat(line)
                        .isEqualTo("sounds is there twice, 1.0 (sounds-1.0.jar) and 2.0 (sounds-2.0.jar): which of"
                                + " them is used is not certain; leave one out"));
    }

    @Test
    void aPackageThatIsNotThereEndsTheJobBeforeTheScriptBegins() throws IOException {
        publishAll();
        manifest(
                "  jvm:",
                "    packages: [\"com.acme:greeter:1.0\", \"com.acme:missing:1.0\"]",
                "    repositories: [\"" + repository.address() + "\"]",
                "    ivySettings: {configMap: {name: ivy, key: ivysettings.xml}}");
        pyjob.write("main.py", "print('never')");

        PyJob.Ended run = pyjob.runJob("job.yaml");

        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(78);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("brings failed after ")
                .contains(": spec.jvm.packages: com.acme:missing:1.0 is in none of the repositories\n")
                .contains("Asked: ", repository.address());
    }

    @Test
    void aJarThatIsNotThereEndsTheJobBeforeTheScriptBegins() throws IOException {
        manifest("  jvm: {jars: [lib/none.jar]}");
        pyjob.write("main.py", "print('never')");

        PyJob.Ended run = pyjob.runJob("job.yaml");

        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(78);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("spec.jvm.jars: there is no file " + pyjob.work().resolve("lib/none.jar"));
    }

    @Test
    void hadoopsConfigurationIsReadInDriverAndExecutors() throws IOException {
        repository.publish(
                "com.acme:asks:1.0",
                "com.acme.Asks",
                udf("Asks", "new org.apache.hadoop.conf.Configuration().get(\"acme.from\") + \" \" + who"),
                "");
        Path jar = repository.jar("com.acme:asks:1.0");
        manifest("  jvm: {jars: [" + jar + "], hadoopConf: {configMap: hadoop}}");
        String text = Files.readString(pyjob.work().resolve("job.yaml"));
        Files.writeString(
                pyjob.work().resolve("job.yaml"), text.replace("  conf: {", "  conf: {spark.hadoop.acme.both: conf, "));
        script(
                "uses('Asks')",
                "hadoop = spark.sparkContext._jsc.hadoopConfiguration()",
                "print(hadoop.get('acme.from'), hadoop.get('acme.both'))",
                "print(spark.conf.get('spark.sql.warehouse.dir'))");

        PyJob.Ended run = passed(pyjob.runJob("job.yaml"));

        assertThat(run.out().lines())
                .as(Runs.describe(run))
                .containsExactly(
                        "driver core-site you",
                        "executors ['core-site row 0', 'core-site row 1']",
                        "core-site conf",
                        "file:" + pyjob.work().resolve("warehouse"));
    }

    @Test
    void hadoopsConfigurationMayBeASecretThatIsGivenToTheRun() throws IOException {
        manifest("  jvm: {hadoopConf: {secret: hadoop}}");
        Path folder = Files.createDirectory(pyjob.work().resolve("hadoop"));
        Files.writeString(folder.resolve("core-site.xml"), """
                <configuration><property><name>acme.from</name><value>a secret</value></property></configuration>
                """);
        script("print(spark.sparkContext._jsc.hadoopConfiguration().get('acme.from'))");

        PyJob.Ended run = passed(pyjob.runJob("--secret=hadoop=hadoop", "job.yaml"));

        assertThat(run.out()).as(Runs.describe(run)).isEqualTo("a secret\n");
    }
}
