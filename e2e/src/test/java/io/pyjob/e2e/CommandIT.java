package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The command line as a user meets it. */
class CommandIT {
    private final PyJob pyjob = PyJob.inNewFolder();

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    @Test
    void runsAScriptWithArgumentsAndOptions() {
        pyjob.write(
                "my_script.py",
                "import os, sys",
                "from pyspark.sql import SparkSession",
                "spark = SparkSession.builder.getOrCreate()",
                "conf = spark.sparkContext.getConf()",
                "print(sys.argv, __name__, os.path.basename(__file__), os.getcwd() == os.path.dirname(os.path.abspath(__file__)))",
                "print(conf.get('spark.app.name'), conf.get('spark.sql.shuffle.partitions'), conf.get('spark.executor.instances'))",
                "print(os.environ['COLOUR'], conf.get('spark.authenticate'), conf.get('spark.network.crypto.enabled'), conf.get('spark.io.encryption.enabled'))");
        PyJob.Ended run = pyjob.run(
                "run",
                "--name=tinted",
                "-e",
                "1",
                "--memory=1200Mi",
                "-c",
                "spark.sql.shuffle.partitions=3",
                "--env=COLOUR=blue",
                "my_script.py",
                "--top",
                "10",
                "-v");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("""
                ['my_script.py', '--top', '10', '-v'] __main__ my_script.py True
                tinted 3 1
                blue true true true
                """);
        assertThat(run.err()).contains("pyjob: tinted: Running").contains("tinted succeeded in");
    }

    @Test
    void aJvmThatDoesNotUseItsStartUpArchiveSaysSoInItsLog() {
        try (PyJob kept = PyJob.inNewFolder()) {
            kept.write(
                    "one.py",
                    "from pyspark.sql import SparkSession",
                    "print(SparkSession.builder.getOrCreate().range(5).count())");
            PyJob.Ended run =
                    kept.run("run", "--keep", "-e", "1", "-c", "spark.driver.extraJavaOptions=-Xshare:off", "one.py");
            assertThat(run.out()).as(Runs.describe(run)).isEqualTo("5\n");
            assertThat(kept.keptLog("driver-jvm.log"))
                    .containsPattern(
                            "the start-up archive /\\S+/driver\\.jsa is not in use, so this JVM \\(.+\\) starts");
            assertThat(kept.keptLog("executor-1-jvm.log")).doesNotContain("start-up archive");
        }
    }

    @Test
    void standardOutputIsTheScriptsAlone() {
        pyjob.write(
                "bytes.py", "import sys", "sys.stdout.buffer.write(bytes(range(256)))", "print('x', file=sys.stderr)");
        PyJob.Running running = pyjob.start("run", "-q", "-e", "0", "bytes.py");
        PyJob.Ended run = running.end();
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        assertThat(running.outBytes()).isEqualTo(all);
        assertThat(run.err()).isEqualTo("x\n");
    }

    @Test
    void aScriptIsDownloadedAndRunInTheManifestsFolder() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try {
            byte[] script = "import os, sys; print(sys.argv[1:], os.path.basename(__file__), os.listdir())"
                    .getBytes(StandardCharsets.UTF_8);
            server.createContext("/jobs/report.py", exchange -> {
                exchange.sendResponseHeaders(200, script.length);
                exchange.getResponseBody().write(script);
                exchange.close();
            });
            server.start();
            String host = "http://127.0.0.1:" + server.getAddress().getPort();
            pyjob.write("job.yaml", manifestOf(host + "/jobs/report.py"));
            PyJob.Ended run = pyjob.run("run", "-e", "0", "job.yaml", "x");
            assertThat(run.code()).as(Runs.describe(run)).isZero();
            assertThat(run.out()).isEqualTo("['x'] report.py ['job.yaml']\n");

            pyjob.write("job.yaml", manifestOf(host + "/none.py"));
            PyJob.Ended failed = pyjob.run("run", "-e", "0", "job.yaml");
            assertThat(failed.code()).isEqualTo(2);
            assertThat(failed.err())
                    .contains(
                            "cannot download the script from " + host + "/none.py: the server answered 404 Not Found");
        } finally {
            server.stop(0);
        }
    }

    private static String manifestOf(String url) {
        return """
                apiVersion: pyjob.io/v1alpha1
                kind: PyJob
                metadata: {name: report}
                spec:
                  script: {url: '%s'}
                """.formatted(url);
    }

    @Test
    void helpTellsOptionsAndExitCodes() {
        PyJob.Ended run = pyjob.run("run", "--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("--executors", "--conf", "--isolate", "--keep", "exit code");
    }

    @Test
    void validateAcceptsTheExamples() {
        String[] command = {"validate", "", "", "", ""};
        String[] examples = {"wordcount", "flights", "pi", "streaming"};
        for (int i = 0; i < examples.length; i++) {
            command[i + 1] = PyJob.PROJECT
                    .resolve("examples/" + examples[i] + "/job.yaml")
                    .toString();
        }
        PyJob.Ended run = pyjob.run(command);
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out().lines()).hasSize(4).allMatch(line -> line.endsWith(": ok"));
    }

    @Test
    void validateTellsFaults() {
        pyjob.write("job.yaml", "kind: PyJob");
        PyJob.Ended run = pyjob.run("validate", "job.yaml", "missing.yaml");
        assertThat(run.code()).isEqualTo(65);
        assertThat(run.out()).contains("job.yaml", "apiVersion", "spec", "missing.yaml");
    }

    @Test
    void aScheduleIsValidatedWithItsTimesAndRunOnce() {
        pyjob.write(
                "nightly.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJobSchedule",
                "metadata: {name: nightly}",
                "spec:",
                "  schedule: 30 2 * * *",
                "  timeZone: Europe/Berlin",
                "  template:",
                "    spec:",
                "      script: {path: report.py}",
                "      executors: {instances: 0}");
        pyjob.write("report.py", "import sys", "print('ran', sys.argv[1:])");
        PyJob.Ended validated = pyjob.run("validate", "nightly.yaml");
        assertThat(validated.code()).as(Runs.describe(validated)).isZero();
        assertThat(validated.out())
                .matches("nightly.yaml: ok, next on( [A-Z][a-z]+day [0-9]+ [A-Z][a-z]+ 20[0-9]+ at 02:30,?){3}"
                        + " \\(Europe/Berlin\\)\n");
        PyJob.Ended run = pyjob.run("run", "nightly.yaml", "--all");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("ran ['--all']\n");
        assertThat(run.err()).contains("nightly");
    }

    @Test
    void twoJobsAtOnceDoNotMeet() {
        pyjob.write(
                "both.py",
                "from pyspark.sql import SparkSession",
                "print(SparkSession.builder.getOrCreate().sparkContext.parallelize(range(10), 2).map(lambda x: x * 2).sum())");
        PyJob.Running one = pyjob.start("run", "-e", "1", "both.py");
        PyJob.Running two = pyjob.start("run", "-e", "1", "both.py");
        assertThat(one.end().out()).isEqualTo("90\n");
        assertThat(two.end().out()).isEqualTo("90\n");
    }
}
