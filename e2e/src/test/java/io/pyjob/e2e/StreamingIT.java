package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Streams that call Python on the driver's side: its workers are in the driver's Python container too. */
class StreamingIT {

    @Test
    void streamsReadWriteAndKeepStateInPython() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.script("checks.py");
            pyjob.script("streaming.py");
            PyJob.Ended run = pyjob.runJob("streaming.py");
            Runs.assertAllOk(run, 11);
            assertThat(run.out().lines().count()).isEqualTo(11);
            Runs.assertNothingLeft(pyjob);
        }
    }

    /** PySpark needs protobuf for it. */
    @Test
    void aStatefulProcessorKeepsItsStateFromRunToRun() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.script("transform_with_state.py");
            PyJob.Ended run = pyjob.runJob("-r", "protobuf==6.33.5", "transform_with_state.py");
            assertThat(run.out()).as(Runs.describe(run)).isEqualTo("0 [(0, 5), (1, 5)]\n1 [(0, 10), (1, 10)]\n");
            Runs.assertNothingLeft(pyjob);
        }
    }
}
