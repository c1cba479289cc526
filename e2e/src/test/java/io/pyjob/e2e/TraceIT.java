package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where the time of a run went, as its user is told. */
class TraceIT {
    private static final String[] ALL = {
        "planned",
        "objects written",
        "job ended",
        "container started",
        "JVM booted",
        "gateway up",
        "gateway reached",
        "session ready",
        "first task",
        "first Python task",
        "script ended",
        "registered",
        "all registered"
    };

    private final PyJob pyjob = PyJob.inNewFolder();

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    private void writeScript(String... last) {
        List<String> lines = new ArrayList<>(List.of(
                "from pyspark.sql import SparkSession",
                "spark = SparkSession.builder.getOrCreate()",
                "import time",
                "while spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() < 3: time.sleep(0.1)",
                "print(spark.sparkContext.parallelize(range(10), 2).map(lambda x: x * 2).sum())"));
        lines.addAll(List.of(last));
        pyjob.write("job.py", lines.toArray(String[]::new));
    }

    @Test
    void aTraceIsTheLastThingSaidAndAPictureAndData() throws IOException {
        writeScript();
        PyJob.Ended run = pyjob.run("run", "-q", "--trace", "--trace", "t.svg", "--trace=t.json", "-e", "2", "job.py");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("90\n");
        assertThat(run.err())
                .contains(ALL)
                .contains("driver's JVM", "last executor")
                .doesNotContain("\u001b");
        assertThat(run.err().lines().findFirst().orElseThrow())
                .startsWith("job ")
                .contains("took");
        assertThat(Files.readString(pyjob.work().resolve("t.svg")))
                .startsWith("<svg ")
                .contains(ALL);
        assertThat(reached()).contains(ALL);
    }

    @Test
    void aScriptThatStopsSparkItselfStillTellsItsEnd() throws IOException {
        writeScript("spark.stop()");
        PyJob.Ended run = pyjob.run("run", "-q", "--trace", "t.json", "-e", "2", "job.py");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(reached()).contains("script ended", "job ended");
    }

    @Test
    void aScriptThatFailsIsTracedAsFarAsItCame() {
        pyjob.write("job.py", "import no_such_module");
        PyJob.Ended run = pyjob.run("run", "-q", "--trace", "--trace", "no/such/folder/t.svg", "-e", "0", "job.py");
        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(1);
        assertThat(run.err())
                .contains("container started", "job ended")
                .contains("no/such/folder/t.svg cannot be written")
                .doesNotContain("first task");
    }

    @Test
    void whatAClusterSaysOfAJobIsShownToo() throws IOException {
        pyjob.write(
                "pyjob.yaml",
                "kind: PyJob",
                "metadata: {name: flights}",
                "status:",
                "  phase: Succeeded",
                "  timeline:",
                "    created: '2026-06-01T12:00:00.100Z'",
                "    planned: '2026-06-01T12:00:00.150Z'",
                "    driver: {created: '2026-06-01T12:00:00.200Z', scheduled: '2026-06-01T12:00:04.200Z'}");
        PyJob.Ended run = pyjob.run("trace", "pyjob.yaml", "-o", "t.json");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(reached()).containsExactly("planned", "written", "scheduled");
        PyJob.Ended table = pyjob.run("trace", "pyjob.yaml");
        assertThat(table.out()).startsWith("flights ").containsPattern("scheduled +4\\.100 s +4\\.000 s");

        pyjob.write("none.yaml", "kind: PyJob", "metadata: {name: flights}");
        PyJob.Ended none = pyjob.run("trace", "none.yaml");
        assertThat(none.code()).isEqualTo(65);
        assertThat(none.err()).contains("none.yaml: has no status.timeline");
    }

    /** Times of one run are in the order of what follows from what. */
    private List<String> reached() throws IOException {
        List<String> reached = new ArrayList<>();
        JsonNode file =
                new ObjectMapper().readTree(pyjob.work().resolve("t.json").toFile());
        for (JsonNode event : file.path("traceEvents")) {
            if (event.path("ph").asText().equals("X")) {
                assertThat(event.path("dur").asLong()).isGreaterThanOrEqualTo(0);
                reached.add(event.path("name").asText());
            }
        }
        return reached;
    }
}
