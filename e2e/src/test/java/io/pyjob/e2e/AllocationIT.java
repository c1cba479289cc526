package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Between min and max Spark chooses how many executors there are, on one machine as on a cluster. */
class AllocationIT {
    @Test
    void executorsComeWithTheWorkAndLeaveWithoutLosingAnything() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.script("allocation.py");
            pyjob.write(
                    "job.yaml",
                    "apiVersion: pyjob.io/v1alpha1",
                    "kind: PyJob",
                    "metadata: {name: allocation}",
                    "spec:",
                    "  script: {path: allocation.py}",
                    "  executors: {instances: 1, min: 1, max: 3}",
                    "  conf:",
                    "    spark.dynamicAllocation.schedulerBacklogTimeout: 1s",
                    "    spark.dynamicAllocation.sustainedSchedulerBacklogTimeout: 1s",
                    "    spark.dynamicAllocation.executorIdleTimeout: 3s",
                    "    spark.dynamicAllocation.shuffleTracking.timeout: 3s");
            PyJob.Ended run = pyjob.runJob("job.yaml");
            assertThat(run.out()).as(Runs.describe(run)).isEqualTo("""
                    at most 3 executors
                    still computed 48 with the blocks kept: 48 again 48
                    at last 1 executors
                    the same True
                    """);
            assertThat(run.code()).isZero();
            Runs.assertNothingLeft(pyjob);
        }
    }
}
