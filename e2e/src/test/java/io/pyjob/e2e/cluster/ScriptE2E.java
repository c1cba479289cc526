package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.Phase;
import io.pyjob.api.PyJobStatus;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How a script ends is how its job ends, and the status says it in words. All jobs are started at once. */
@OnCluster
final class ScriptE2E {
    private final TestNamespace namespace;

    ScriptE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeAll
    static void startAll(TestNamespace namespace) {
        namespace.apply("""
                metadata: {name: no-config-map}
                spec:
                  script: {configMap: {name: scripts-to-come, key: main.py}}
                  executors: {instances: 0}
                """);
        namespace.run("exits-with-three", "import sys; sys.exit(3)", Scripts.ALONE);
        namespace.run("exits-with-a-text", "import sys; sys.exit('no input today')", Scripts.ALONE);
        namespace.run("raises", Scripts.SPARK + """
                def read(row):
                    raise ValueError(f"bad row {row}")

                read(7)
                """, Scripts.ALONE);
        namespace.run("raises-in-a-worker", Scripts.SPARK + """
                def ratio(n):
                    return 1 / n

                sc.parallelize([0], 1).map(ratio).collect()
                """, Scripts.ONE);
        namespace.run("kills-itself", "import os; os.kill(os.getpid(), 9)", Scripts.ALONE);
        namespace.run("bad-syntax", "print('begin')\nx = = 1\n", Scripts.ALONE);
        namespace.apply("""
                metadata: {name: no-file}
                spec:
                  script: {path: /nowhere/main.py}
                  executors: {instances: 0}
                """);
        namespace.run("never-stops", Scripts.SPARK + """
                print(spark.range(10).count())
                """, Scripts.ONE);
        namespace.run("takes-arguments", """
                import os, sys

                print(sys.argv[1:], os.environ["STAGE"])
                """, """
                args: ["--top", "10", "$(HOME) $$ 'a b'"]
                python: {env: [{name: STAGE, value: "test $(HOME)"}]}
                executors: {instances: 0}
                """);
        namespace.run("umlauts", Scripts.SPARK + """
                import os

                os.makedirs("/shared/Straße")
                with open("/shared/Straße/größe.txt", "w") as out:
                    out.write("ä")
                java = sc._jvm.java
                print(java.io.File("/shared/Straße/größe.txt").exists(), java.util.TimeZone.getDefault().getID())
                """, """
                volumes: [{name: shared, mountPath: /shared, emptyDir: {}}]
                executors: {instances: 0}
                """);
    }

    @Test
    void exitCodeIsTheScripts() {
        PyJobStatus status = namespace.job("exits-with-three").fails();
        assertThat(status.exitCode()).isEqualTo(3);
        assertThat(status.message()).contains("code 3");
        namespace
                .kubectl("wait", "--for=condition=Failed", "--timeout=5s", "pyjob/exits-with-three")
                .ok();
        assertThat(namespace
                        .kubectl("get", "pj", "exits-with-three", "-o", "wide")
                        .ok())
                .containsPattern("Failed +ScriptFailed .* 3 .*code 3");
    }

    @Test
    void aTextToExitWithIsTheMessage() {
        PyJobStatus status = namespace.job("exits-with-a-text").fails();
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.message()).isEqualTo("no input today");
    }

    @Test
    void anExceptionIsTheMessage() {
        PyJobStatus status = namespace.job("raises").fails();
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.message())
                .startsWith("ValueError: bad row 7\n")
                .contains("Traceback (most recent call last)", "in read", "raise ValueError(f\"bad row {row}\")");
        assertThat(namespace.kubectl("describe", "pyjob", "raises").ok()).contains("ValueError: bad row 7");
    }

    @Test
    void aWorkersExceptionIsTheMessage() {
        assertThat(namespace.job("raises-in-a-worker").failsWith())
                .contains("ZeroDivisionError: division by zero", "in ratio");
    }

    @Test
    void aSignalIsNamed() {
        PyJobStatus status = namespace.job("kills-itself").fails();
        assertThat(status.exitCode()).isEqualTo(137);
        assertThat(status.message()).contains("SIGKILL");
    }

    @Test
    void aSyntaxErrorIsTheMessage() {
        Job job = namespace.job("bad-syntax");
        PyJobStatus status = job.fails();
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.message()).startsWith("SyntaxError: ").contains("x = = 1");
        assertThat(job.output()).doesNotContain("begin\n");
    }

    @Test
    void aMissingFileIsNamed() {
        PyJobStatus status = namespace.job("no-file").fails();
        assertThat(status.exitCode()).isEqualTo(2);
        assertThat(status.message()).contains("/nowhere/main.py");
    }

    /** A ConfigMap may come after the job that reads it; until then the job says what it waits for. */
    @Test
    void aMissingConfigMapIsNamedAndWaitedFor() {
        Job job = namespace.job("no-config-map");
        assertThat(job.awaits("Stalled").getMessage()).contains("scripts-to-come");
        namespace.applyObjects("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: scripts-to-come, labels: {app.kubernetes.io/part-of: pyjob-e2e}}
                data: {main.py: "print('here at last')"}
                """);
        assertThat(job.succeeds()).isEqualTo("here at last\n");
    }

    @Test
    void aScriptNeedsNoStop() {
        Job job = namespace.job("never-stops");
        assertThat(job.succeeds()).isEqualTo("10\n");
        job.awaits("Complete");
    }

    @Test
    void argumentsAndVariablesArriveAsTheyAre() {
        assertThat(namespace.job("takes-arguments").succeeds())
                .isEqualTo("['--top', '10', \"$(HOME) $$ 'a b'\"] test $(HOME)\n");
    }

    @Test
    void aJvmKnowsFilesByNamesInAnyLanguageAndTheTimeZoneByItsName() {
        assertThat(namespace.job("umlauts").succeeds()).isEqualTo("True Etc/UTC\n");
    }

    @Test
    void nothingOfAJobThatFailedBeforeSparkStaysBehind() {
        Job job = namespace.job("no-file");
        assertThat(job.fails().phase()).isEqualTo(Phase.Failed);
        assertThat(job.executors()).isEmpty();
    }
}
