package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies of what containers write, of runs on one machine. */
class LogCopiesIT {
    private final PyJob pyjob = PyJob.inNewFolder();

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    private List<String> copies() throws IOException {
        Path folder = pyjob.work().resolve("copies");
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private String copy(String end) throws IOException {
        String name =
                copies().stream().filter(copy -> copy.endsWith(end)).findFirst().orElseThrow();
        return Files.readString(pyjob.work().resolve("copies").resolve(name));
    }

    @Test
    void eachContainerHasACopyOfAllThatItWroteWhichIsWhereItWasBeforeToo() throws IOException {
        pyjob.write(
                "talks.py",
                "import sys, os",
                "from pyspark.sql import SparkSession",
                "sc = SparkSession.builder.getOrCreate().sparkContext",
                "def say(x):",
                "    print('words of task', x, flush=True)",
                "    return x",
                "print('sum', sc.parallelize([1, 2], 2).map(say).sum())",
                "print('an error', file=sys.stderr)",
                "os.write(1, b'no end')");
        PyJob.Ended run = pyjob.runJob("-e", "1", "--name", "talks", "--logs", "copies", "talks.py");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("sum 3\nno end");
        assertThat(run.err())
                .contains("an error", "pyjob: copies of logs: " + pyjob.work().resolve("copies/talks-1-"));
        assertThat(copies())
                .allMatch(name -> name.matches("talks-1-[0-9a-f]{8}/.*"))
                .extracting(name -> name.replaceFirst("[^/]*/", ""))
                .containsExactly("driver/jvm.log", "driver/python.log", "executor-1/jvm.log", "executor-1/python.log");
        assertThat(copy("driver/python.log").lines()).containsExactlyInAnyOrder("sum 3", "an error", "no end");
        assertThat(copy("driver/jvm.log")).contains("is ready for its script", "the script ended with exit code 0");
        assertThat(copy("executor-1/python.log")).contains("words of task 1", "words of task 2");
        assertThat(copy("executor-1/jvm.log")).contains("is registered with the driver", "has ended");
    }

    @Test
    void aFolderThatCannotBeMadeIsToldAtOnce() throws IOException {
        pyjob.write("file", "");
        pyjob.write("never.py", "print('never')");
        PyJob.Ended run = pyjob.runJob("-e", "0", "--logs", "file/copies", "never.py");
        assertThat(run.code()).as(Runs.describe(run)).isNotZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("spec.logs (--logs): the folder ", "file/copies cannot be made");
    }

    @Test
    void aFolderThatCannotBeWrittenToAnyMoreIsToldInTheLogAndCostsTheJobNothing() {
        try (PyJob kept = PyJob.inNewFolder()) {
            kept.write(
                    "spoils.py",
                    "import glob, os, time",
                    "from pyspark.sql import SparkSession",
                    "spark = SparkSession.builder.getOrCreate()",
                    "while not glob.glob('copies/spoils-1-*/driver/jvm.log'):",
                    "    time.sleep(0.05)",
                    "folder = glob.glob('copies/spoils-1-*')[0]",
                    "os.rename(folder, 'moved')",
                    "open(folder, 'w').close()",
                    "print(spark.range(5).count())");
            PyJob.Ended run =
                    kept.runJob("-q", "-e", "1", "--keep", "--name", "spoils", "--logs", "copies", "spoils.py");
            assertThat(run.code()).as(Runs.describe(run)).isZero();
            assertThat(run.out()).isEqualTo("5\n");
            assertThat(kept.keptLog("driver-jvm.log"))
                    .contains("logs cannot be copied to file:", "spec.logs says where to");
        }
    }

    @Test
    void aClaimIsForACluster() throws IOException {
        pyjob.write(
                "job.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: claimed}",
                "spec:",
                "  script: {inline: \"print('fine')\"}",
                "  executors: {instances: 0}",
                "  logs: {claim: logs}");
        PyJob.Ended run = pyjob.runJob("job.yaml");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("fine\n");
        assertThat(run.err()).contains("spec.logs.claim is for a cluster; --logs DIR copies");
    }
}
