package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.PyJobStatus;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where a script and what it needs come from, on a cluster; what needs no server outside of the pods. */
@OnCluster
final class SourcesE2E {
    private static final String OBJECTS = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: lib, labels: {app.kubernetes.io/part-of: pyjob-e2e}}
            data:
              init: "NAME = 'report'"
              words.py: |
                def shout(text):
                    return text.upper()
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: tools, labels: {app.kubernetes.io/part-of: pyjob-e2e}}
            data:
              tool.py: "def twice(n): return 2 * n"
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: hadoop, labels: {app.kubernetes.io/part-of: pyjob-e2e}}
            data:
              core-site.xml: |
                <configuration><property><name>acme.from</name><value>core-site</value></property></configuration>
              hive-site.xml: |
                <configuration><property><name>hive.metastore.warehouse.dir</name><value>file:/tmp/house</value></property></configuration>
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: ivy, labels: {app.kubernetes.io/part-of: pyjob-e2e}}
            data:
              ivysettings.xml: |
                <ivysettings><settings defaultResolver="none"/><resolvers><ibiblio name="none" m2compatible="true" root="file:///nowhere/"/></resolvers></ivysettings>
            """;

    private final TestNamespace namespace;

    SourcesE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeAll
    static void createConfigMaps(TestNamespace namespace) {
        namespace.applyObjects(OBJECTS);
    }

    @Test
    void modulesOfConfigMapsAreThereForTheScriptAndItsFunctions() {
        Job job = namespace.run("has-modules", Scripts.SPARK + """
                from team import report
                from team.report.deep.words import shout
                import tool

                print(report.NAME, shout("driver"), tool.twice(1))
                print(sc.parallelize(["a", "b"], 2).map(shout).collect(), sc.parallelize([2], 1).map(tool.twice).collect())
                """, """
                python:
                  modulesFrom:
                    - configMap: {name: lib, items: [{key: words.py, path: deep/words.py}, {key: init, path: __init__.py}]}
                      folder: team/report
                    - configMap: {name: tools}
                executors: {instances: 1}
                """);

        assertThat(job.succeeds()).isEqualTo("report DRIVER 2\n['A', 'B'] [4]\n");
    }

    @Test
    void modulesThatAreNotThereAreWaitedFor() {
        Job job = namespace.run("waits-for-modules", "import late; print(late.NAME)", """
                python: {modulesFrom: [{configMap: {name: late}}]}
                executors: {instances: 0}
                """);
        assertThat(job.awaits("Stalled").getReason()).isEqualTo("ModulesNotFound");
        namespace.applyObjects("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: late, labels: {app.kubernetes.io/part-of: pyjob-e2e}}
                data: {late.py: "NAME = 'here at last'"}
                """);

        assertThat(job.succeeds()).isEqualTo("here at last\n");
    }

    @Test
    void hadoopsConfigurationIsReadInDriverAndExecutors() {
        Job job = namespace.run("has-hadoop-conf", Scripts.SPARK + """
                print(sc._jsc.hadoopConfiguration().get("acme.from"), spark.conf.get("spark.sql.warehouse.dir"))
                print(spark.range(1).selectExpr("java_method('java.lang.System', 'getenv', 'HADOOP_CONF_DIR')").first()[0])
                """, """
                jvm: {hadoopConf: {configMap: hadoop}}
                executors: {instances: 1}
                """);

        assertThat(job.succeeds()).isEqualTo("core-site file:/tmp/house\n/pyjob-hadoop\n");
    }

    /** Two jars that the script has made; their names say what they are. */
    @Test
    void jarsThatDoNotGoTogetherAreAConditionAndAnEvent() {
        Job job = namespace.run("has-conflicts", """
                import glob, zipfile
                for version in ("1.0", "2.0"):
                    with zipfile.ZipFile(f"/tmp/words-{version}.jar", "w") as jar:
                        jar.writestr("META-INF/MANIFEST.MF", "")
                from pyspark.sql import SparkSession

                jars = "/tmp/words-1.0.jar,/tmp/words-2.0.jar"
                print(SparkSession.builder.config("spark.jars", jars).getOrCreate().range(2).count())
                """, Scripts.ONE);

        assertThat(job.succeeds()).endsWith("2\n");
        assertThat(job.condition("DependencyConflicts").orElseThrow()).satisfies(condition -> {
            assertThat(condition.getStatus()).isEqualTo("True");
            assertThat(condition.getMessage()).contains("words is there twice", "words-1.0.jar", "words-2.0.jar");
        });
        assertThat(namespace.kubectl("describe", "pyjob", "has-conflicts").ok())
                .containsPattern("Warning +DependencyConflicts .*words is there twice");
    }

    @Test
    void aPackageThatIsNotThereHasAReasonOfItsOwn() {
        Job job = namespace.run("no-package", "print('never')", """
                jvm:
                  packages: ["com.acme:missing:1.0"]
                  ivySettings: {configMap: {name: ivy, key: ivysettings.xml}}
                executors: {instances: 0}
                """);

        PyJobStatus status = job.fails();

        assertThat(status.reason()).isEqualTo("JavaPackagesFailed");
        assertThat(status.exitCode()).isEqualTo(78);
        assertThat(status.message())
                .startsWith("spec.jvm.packages: com.acme:missing:1.0 is in none of the repositories\nAsked: ")
                .contains("file:///nowhere/");
        assertThat(job.output()).doesNotContain("never");
    }

    /** A file of the runtime image, by Hadoop's client for files; that it is no Python is found out after that. */
    @Test
    void aScriptThatTheDriversJvmReadsIsTheOneOfTheHash() {
        Job job = namespace.apply("""
                metadata: {name: wrong-hash}
                spec:
                  script: {url: "file:///etc/os-release", sha256: %s}
                  executors: {instances: 0}
                """.formatted("0a".repeat(32)));

        PyJobStatus status = job.fails();

        assertThat(status.reason()).isEqualTo("ScriptUnavailable");
        assertThat(status.exitCode()).isEqualTo(2);
        Matcher hash = Pattern.compile("its SHA-256 is ([0-9a-f]{64}), and the manifest has (0a){32}")
                .matcher(status.message());
        assertThat(hash.find()).as(status.message()).isTrue();

        Job right = namespace.apply("""
                metadata: {name: right-hash}
                spec:
                  script: {url: "file:///etc/os-release", sha256: "%s"}
                  executors: {instances: 0}
                """.formatted(hash.group(1)));
        assertThat(right.failsWith()).contains("Error: ").doesNotContain("SHA-256");
    }

    @Test
    void aFileSystemWithoutAClientIsNamed() {
        Job job = namespace.apply("""
                metadata: {name: no-client}
                spec:
                  script: {url: "acme://bucket/main.py"}
                  executors: {instances: 0}
                """);

        assertThat(job.failsWith())
                .startsWith("cannot download the script from acme://bucket/main.py: No FileSystem for scheme \"acme\"");
    }
}
