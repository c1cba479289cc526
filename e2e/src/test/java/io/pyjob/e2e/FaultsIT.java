package io.pyjob.e2e;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each fault ends with the right code and a message that tells a person what to do, and leaves nothing running. */
class FaultsIT {
    private final PyJob pyjob = PyJob.inNewFolder();

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    private PyJob.Ended script(String... lines) {
        pyjob.write("job.py", lines);
        return pyjob.run("run", "-e", "1", "job.py");
    }

    private static void assertEnds(PyJob.Ended run, int code, String... messages) {
        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(code);
        assertThat(run.err()).as(Runs.describe(run)).contains(messages);
    }

    @Test
    void missingScript() {
        assertEnds(pyjob.run("run", "nowhere.py"), 2, "nowhere.py");
    }

    @Test
    void syntaxError() {
        PyJob.Ended run = script("print('no'", "x = = 1");
        assertEnds(run, 1, "SyntaxError", "job.py", "job failed");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void exitsWithThree() {
        assertEnds(script("import sys", "sys.exit(3)"), 3, "job failed", "code 3");
    }

    @Test
    void exitsWithAText() {
        assertEnds(script("import sys", "sys.exit('no input today')"), 1, "no input today");
    }

    @Test
    void raises() {
        PyJob.Ended run = script("def f():", "    raise ValueError('bad row 7')", "f()");
        assertEnds(run, 1, "Traceback (most recent call last)", "in f", "ValueError: bad row 7", "logs: ");
        assertThat(run.err()).doesNotContain("_script.py", "runpy");
        Path logs = Path.of(run.err()
                .lines()
                .filter(line -> line.contains("logs: "))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".*logs: ", ""));
        assertThat(logs.resolve("driver-python.log")).content().contains("ValueError: bad row 7");
    }

    @Test
    void killed() {
        assertEnds(script("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)"), 137, "job failed", "SIGKILL");
    }

    @Test
    void functionThatRaisesShowsItsPythonTraceback() {
        PyJob.Ended run = script(
                "from pyspark.sql import SparkSession",
                "sc = SparkSession.builder.getOrCreate().sparkContext",
                "def bad(x):",
                "    return x / 0",
                "sc.parallelize([1], 1).map(bad).collect()");
        assertEnds(run, 1, "ZeroDivisionError", "in bad");
    }

    @Test
    void pythonWithoutPyarrow() throws IOException, InterruptedException {
        Path venv = pyjob.work().resolve("bare");
        new ProcessBuilder("python3", "-m", "venv", "--without-pip", venv.toString())
                .inheritIO()
                .start()
                .waitFor();
        pyjob.write(
                "job.py",
                "from pyspark.sql import SparkSession, functions as F",
                "spark = SparkSession.builder.getOrCreate()",
                "print(spark.sparkContext.parallelize(range(4), 2).map(lambda x: x + 1).sum(), flush=True)",
                "spark.range(3).select(F.pandas_udf(lambda s: s, 'long')('id')).collect()");
        PyJob.Ended run = pyjob.run(
                "run", "-e", "1", "--python", venv.resolve("bin/python3").toString(), "job.py");
        assertThat(run.out())
                .as("what needs no pyarrow works: " + Runs.describe(run))
                .isEqualTo("10\n");
        assertEnds(run, 1, "andas", "spec.python");
    }

    /** No Python below 3.10 can be had everywhere; a program that says it is one stands in for it. */
    @Test
    void pythonTooOld() throws IOException {
        PyJob.Ended where = script("import sys", "print(sys.base_prefix + '/bin/python3', flush=True)");
        Path old = pyjob.write(
                "python3",
                "#!" + where.out().strip() + " -u",
                "import sys",
                "sys.version_info = (3, 9, 2, 'final', 0)",
                "sys.version = '3.9.2 (default)'",
                "boot = sys.argv[2]",
                "sys.argv = ['-c'] + sys.argv[3:]",
                "exec(compile(boot, 'boot', 'exec'))");
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));
        pyjob.write("job.py", "print('never')");
        PyJob.Ended run = pyjob.run("run", "-e", "1", "--python", old.toString(), "job.py");
        assertEnds(run, 78, "3.9", "3.10");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void driversJvmKilled() {
        pyjob.script("sleep.py");
        PyJob.Running running = started("sleep.py");
        kill(running, "io.pyjob.driver.DriverMain");
        PyJob.Ended run = running.end();
        assertThat(run.code()).as(Runs.describe(run)).isNotZero();
        assertThat(run.err()).contains("sleep failed").containsPattern("driver's JVM ended");
    }

    @Test
    void executorsJvmKilledInMidJob() {
        pyjob.script("lose_executor.py");
        PyJob.Running running = started("lose_executor.py");
        kill(running, "io.pyjob.executor.ExecutorMain");
        PyJob.Ended run = running.end();
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("started\nsum 1770\n");
        assertThat(run.err()).contains("1 lost");
    }

    @Test
    void poolKilledInMidJob() {
        pyjob.script("lose_executor.py");
        PyJob.Running running = started("lose_executor.py");
        kill(running, " pool ", "--spare");
        PyJob.Ended run = running.end();
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("started\nsum 1770\n");
    }

    @Test
    void portTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            pyjob.write("job.py", "from pyspark.sql import SparkSession", "SparkSession.builder.getOrCreate()");
            PyJob.Ended run =
                    pyjob.run("run", "-e", "1", "--conf", "spark.driver.port=" + taken.getLocalPort(), "job.py");
            assertThat(run.code()).as(Runs.describe(run)).isNotZero();
            assertThat(run.err()).contains("port " + taken.getLocalPort(), "taken");
        }
    }

    @Test
    void diskNotWritable() {
        pyjob.write("job.py", "print(1)");
        pyjob.with("TMPDIR", "/proc");
        PyJob.Ended run = pyjob.run("run", "-e", "1", "job.py");
        assertEnds(run, 69, "/proc", "TMPDIR");
    }

    @Test
    void malformedManifestTellsAllFaultsAtOnce() {
        pyjob.write(
                "job.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: Bad_Name}",
                "spec:",
                "  script: {path: a.py, inline: 'print(1)'}",
                "  exectors: {instances: 2}",
                "  executors: {instances: two, memory: 1Gib}",
                "  conf: {spark.master: 'local[2]'}");
        PyJob.Ended run = pyjob.run("run", "job.yaml");
        assertEnds(
                run,
                65,
                "metadata.name",
                "spec.script",
                "spec.exectors",
                "did you mean",
                "spec.executors.instances",
                "spec.executors.memory",
                "spark.master");
    }

    private PyJob.Running started(String script) {
        PyJob.Running running = pyjob.start("run", script);
        await().atMost(90, SECONDS)
                .until(() -> !running.isAlive()
                        || (running.out().contains("started")
                                && !running.processes("io.pyjob.executor.ExecutorMain")
                                        .isEmpty()));
        return running;
    }

    private static void kill(PyJob.Running running, String... words) {
        // A moment, so that tasks are under way.
        await().pollDelay(2, SECONDS).until(() -> true);
        List<ProcessHandle> found = running.processes(words);
        assertThat(found).as("processes with " + List.of(words)).isNotEmpty();
        found.get(0).destroyForcibly();
    }
}
