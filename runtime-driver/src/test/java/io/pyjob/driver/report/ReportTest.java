package io.pyjob.driver.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pyjob.driver.report.Report.Executors;
import io.pyjob.driver.report.Report.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
    @Test
    void aReportIsTheWholeState() {
        Report report = new Report(
                "ns/name",
                1,
                State.RUNNING,
                new Executors(2, 1, 4),
                List.of(3, 4),
                new Progress(new Progress.Stages(1, 2, 3), new Progress.Tasks(10, 2, 1, 40)),
                PythonWorkers.NONE,
                Map.of(),
                List.of());

        assertThat(new String(report.toJson(), StandardCharsets.UTF_8))
                .isEqualTo("{\"v\":1,\"job\":\"ns/name\",\"attempt\":1,\"state\":\"running\","
                        + "\"executors\":{\"wanted\":2,\"registered\":1,\"lastId\":4},\"kill\":[\"3\",\"4\"],"
                        + "\"progress\":{\"stages\":{\"done\":1,\"active\":2,\"total\":3},"
                        + "\"tasks\":{\"done\":10,\"active\":2,\"failed\":1,\"total\":40}}}");
    }

    @Test
    void whatWentWrongWithPythonWorkersIsInIt() {
        Report report = new Report(
                "ns/name",
                1,
                State.RUNNING,
                new Executors(0, 0, 0),
                List.of(),
                Progress.NONE,
                new PythonWorkers(
                        Map.of("workerMemory", 2L, "crashed", 1L),
                        1,
                        new PythonWorkers.Last("3", "crashed", "a \"quote\" " + "x".repeat(5000)),
                        Map.of("torch", "ImportError: no")),
                Map.of(),
                List.of());

        assertThat(new String(report.toJson(), StandardCharsets.UTF_8))
                .endsWith(",\"python\":{\"ended\":{\"crashed\":1,\"workerMemory\":2},\"restarts\":1,"
                        + "\"last\":{\"executor\":\"3\",\"cause\":\"crashed\",\"message\":\"a \\\"quote\\\" "
                        + "x".repeat(1987) + "...\"},\"preload\":{\"torch\":\"ImportError: no\"}}}");
    }

    @Test
    void timesAndConflictsAreInItOnceThereAreAny() {
        Report report = new Report(
                "ns/name",
                1,
                State.RUNNING,
                new Executors(0, 0, 0),
                List.of(),
                Progress.NONE,
                PythonWorkers.NONE,
                Map.of(Moment.PYTHON_TASK, 1_763_760_000_123L, Moment.JVM, 1_763_760_000_001L),
                List.of("one beside the other"));

        assertThat(new String(report.toJson(), StandardCharsets.UTF_8))
                .endsWith(
                        ",\"times\":{\"jvm\":1763760000001,\"pythonTask\":1763760000123},\"conflicts\":[\"one beside the other\"]}");
    }

    @Test
    void anAnswerMayNameATarget() throws IOException {
        assertThat(parse("{\"v\":1,\"target\":3}")).isEqualTo(OptionalInt.of(3));
        assertThat(parse("{\"new\":{\"target\":9},\"list\":[1,{}],\"target\":0}"))
                .isEqualTo(OptionalInt.of(0));
        assertThat(parse("{\"target\":-1}")).isEqualTo(OptionalInt.of(0));
        assertThat(parse("{\"v\":1,\"target\":null}")).isEmpty();
        assertThat(parse("{}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no", "[]", "<html>", "{\"target\":1", "{\"target\":99999999999}"})
    void anythingElseIsNoAnswer(String body) {
        assertThatThrownBy(() -> parse(body)).isInstanceOf(IOException.class);
    }

    private static OptionalInt parse(String body) throws IOException {
        return Answer.parse(body.getBytes(StandardCharsets.UTF_8)).target();
    }
}
