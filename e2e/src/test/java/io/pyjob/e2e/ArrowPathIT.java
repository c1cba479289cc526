package io.pyjob.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Python functions get and give by PyJob's own nodes is what they get and give by Spark's. */
class ArrowPathIT {

    @Test
    void valuesOfAllTypesAreAsWithSpark() {
        assertAllOk("arrow_types.py", 12);
    }

    @Test
    void functionsOfAllKindsOnAllInputsAreAsWithSpark() {
        assertAllOk("arrow_kinds.py", 38);
    }

    @Test
    void groupsAndCogroupsAreAsWithSpark() {
        assertAllOk("arrow_groups.py", 28);
    }

    @Test
    void settingsAndErrorsAreAsWithSpark() {
        assertAllOk("arrow_settings.py", 24);
    }

    @Test
    void plansGiveTheRowsThatSparksOwnGive() {
        assertAllOk("arrow_plans.py", 16);
    }

    @Test
    void inputThatIsReadAheadIsTheSame() {
        assertAllOk("arrow_ahead.py", 6);
    }

    @Test
    void framesOfTheScriptGoByArrow() {
        assertAllOk("arrow_frames.py", 10);
    }

    @Test
    void memoryIsGivenBack() throws IOException {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            Path metrics = Files.createDirectory(pyjob.work().resolve("metrics"));
            List<String> options = new ArrayList<>();
            for (String setting : List.of(
                    "class=org.apache.spark.metrics.sink.CsvSink",
                    "period=1",
                    "unit=seconds",
                    "directory=" + metrics)) {
                options.add("--conf=spark.metrics.conf.executor.sink.csv." + setting);
            }
            assertAllOk(pyjob, options, "arrow_memory.py", 8);
        }
    }

    private static void assertAllOk(String script, long count) {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            assertAllOk(pyjob, List.of(), script, count);
        }
    }

    private static void assertAllOk(PyJob pyjob, List<String> options, String script, long count) {
        pyjob.script("checks.py");
        pyjob.script("arrow_tables.py");
        pyjob.script(script);
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(List.of("--executors=1", script));
        Runs.assertAllOk(pyjob.runJob(arguments.toArray(String[]::new)), count);
        Runs.assertNothingLeft(pyjob);
    }
}
