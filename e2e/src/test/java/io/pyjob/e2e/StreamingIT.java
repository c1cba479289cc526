package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams that call Python on the driver's side: its workers are in the driver's Python container too. */
class StreamingIT {

    @Test
    void streamsReadWriteAndKeepStateInPython() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.script("streaming.py");
            PyJob.Ended run = run(pyjob, "streaming.py");
            assertThat(run.code()).as(Runs.describe(run)).isZero();
            assertThat(run.out().lines().filter(line -> !line.startsWith("ok ")).toList())
                    .as(Runs.describe(run))
                    .isEmpty();
            assertThat(run.out().lines().count()).isEqualTo(11);
            Runs.assertNothingLeft(pyjob);
        }
    }

    /** PySpark needs protobuf for it. */
    @Test
    void aStatefulProcessorKeepsItsStateFromRunToRun() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.script("transform_with_state.py");
            PyJob.Ended run = run(pyjob, "-r", "protobuf==6.33.5", "transform_with_state.py");
            assertThat(run.out()).as(Runs.describe(run)).isEqualTo("0 [(0, 5), (1, 5)]\n1 [(0, 10), (1, 10)]\n");
            Runs.assertNothingLeft(pyjob);
        }
    }

    private static PyJob.Ended run(PyJob pyjob, String... args) {
        List<String> command = new ArrayList<>(List.of("run"));
        command.addAll(PyJob.isolation());
        command.addAll(List.of(args));
        return pyjob.run(command.toArray(String[]::new));
    }
}
