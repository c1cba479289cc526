package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A job's life on one machine: it is run again, and ended when it takes too long. */
class RestartIT {
    private final PyJob pyjob = PyJob.inNewFolder();

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    private PyJob.Ended run(String life, String... script) {
        pyjob.write("job.py", script);
        pyjob.write(
                "job.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: job}",
                "spec:",
                "  script: {path: job.py}",
                "  executors: {instances: 1}",
                "  " + life);
        return pyjob.run("run", "job.yaml");
    }

    /** Each attempt has a SparkContext and an executor of its own, on the same ports as the one before. */
    @Test
    void aScriptThatFailsTwiceSucceedsInItsThirdAttempt() {
        PyJob.Ended run = run(
                "restart: {policy: OnFailure, backoff: 1s}",
                "import pathlib",
                "from pyspark.sql import SparkSession",
                "sc = SparkSession.builder.getOrCreate().sparkContext",
                "print('sum', sc.parallelize(range(4), 2).map(lambda x: x + 1).sum(), flush=True)",
                "tries = pathlib.Path('tries')",
                "count = len(tries.read_text()) + 1 if tries.exists() else 1",
                "tries.write_text('x' * count)",
                "assert count == 3, f'not in attempt {count}'",
                "print('done', sc.applicationId.split('-')[-2])");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).as(Runs.describe(run)).isEqualTo("sum 10\nsum 10\nsum 10\ndone 3\n");
        assertThat(run.err())
                .containsPattern("job: attempt 1 has failed: AssertionError: not in attempt 1; attempt 2 begins after a"
                        + " pause of .* \\(retry 1 of 3\\)")
                .containsPattern("job: attempt 2 has failed: AssertionError: not in attempt 2; attempt 3 begins")
                .contains("job succeeded");
    }

    @Test
    void retriesThatAreUsedUpEndTheRunWithTheScriptsCode() {
        PyJob.Ended run = run(
                "restart: {policy: OnFailure, retries: 1, backoff: 1s}", "import sys", "print('try')", "sys.exit(3)");
        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(3);
        assertThat(run.out()).isEqualTo("try\ntry\n");
        Path logs = Path.of(run.err()
                .lines()
                .filter(line -> line.contains("logs: "))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".*logs: ", ""));
        assertThat(logs.resolve("driver-jvm.log")).exists();
        assertThat(logs.resolve("attempt-2-driver-jvm.log")).exists();
    }

    @Test
    void aJobThatTakesTooLongIsEnded() {
        PyJob.Ended run = run("timeout: {run: 20s}", "import time", "print('begins', flush=True)", "time.sleep(600)");
        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(124);
        assertThat(run.out()).isEqualTo("begins\n");
        assertThat(run.err())
                .contains("the job has not ended within 20s (spec.timeout.run); seen last: attempt 1, Running");
    }

    @Test
    void aSuspendedJobIsRunAndThatIsSaid() {
        PyJob.Ended run = run("suspend: true", "print('runs')");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("runs\n");
        assertThat(run.err()).contains("spec.suspend is true: that is for a cluster");
    }

    /** What deletes itself on a cluster has no meaning here. */
    @Test
    void timesToLiveAreTaken() {
        PyJob.Ended run = run("ttlAfterFinished: {pods: 1s, job: 1s}", "print('runs')");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("runs\n");
    }
}
