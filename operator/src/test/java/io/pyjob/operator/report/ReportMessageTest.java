package io.pyjob.operator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pyjob.api.LastPythonEnd;
import io.pyjob.api.Progress;
import io.pyjob.api.PythonStatus;
import io.pyjob.api.SparkTimeline;
import io.pyjob.operator.plan.DriverReport;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReportMessageTest {
    private static DriverReport read(String text) throws JsonProcessingException, ReportMessage.Malformed {
        return ReportMessage.read(new ObjectMapper().readTree(text), new JobKey("default", "flights"));
    }

    @Test
    void everyFieldIsRead() throws JsonProcessingException, ReportMessage.Malformed {
        assertThat(read("""
                {"v": 1, "job": "default/flights", "attempt": 2, "state": "running",
                 "executors": {"wanted": 3, "registered": 2, "lastId": 5}, "kill": [4, 5],
                 "progress": {"stages": {"done": 1, "active": 2, "total": 3},
                              "tasks": {"done": 4, "active": 5, "failed": 6, "total": 7}},
                 "news": "from a later version"}
                """))
                .isEqualTo(new DriverReport(
                        2, DriverReport.State.RUNNING, 3, 2, 5, Set.of(4, 5), new Progress(1, 2, 3, 4, 5, 6, 7)));
    }

    @Test
    void whatWentWrongWithPythonWorkersIsRead() throws JsonProcessingException, ReportMessage.Malformed {
        assertThat(read("""
                {"v": 1, "job": "default/flights", "state": "running",
                 "python": {"ended": {"workerMemory": 2, "crashed": 0, "odd cause": 1, "killed": "x"}, "restarts": 1,
                            "last": {"executor": "1", "cause": "workerMemory", "message": "too much"},
                            "preload": {"torch": "ImportError"}}}
                """).python())
                .isEqualTo(new PythonStatus(
                        Map.of("workerMemory", 2L),
                        1L,
                        new LastPythonEnd("1", "workerMemory", "too much"),
                        Map.of("torch", "ImportError")));
    }

    @Test
    void conflictsAreReadAsFarAsPeopleWouldReadThem() throws JsonProcessingException, ReportMessage.Malformed {
        String report = "{\"v\": 1, \"job\": \"default/flights\", \"state\": \"running\", \"conflicts\": ";
        assertThat(read(report + "[\"one beside the other\", 7, {}]}").conflicts())
                .containsExactly("one beside the other");
        assertThat(read(report + "\"x\"}").conflicts()).isEmpty();
        assertThat(read(report + "[\"" + "x".repeat(3000) + "\"" + ", \"y\"".repeat(30) + "]}")
                        .conflicts())
                .hasSize(20)
                .first()
                .asString()
                .hasSize(2000);
    }

    @Test
    void timesAreRead() throws JsonProcessingException, ReportMessage.Malformed {
        assertThat(read("""
                {"v": 1, "job": "default/flights", "state": "running",
                 "times": {"jvm": 1763760000123, "gateway": -1, "script": "x", "session": 1e300, "later": 7}}
                """).timeline())
                .isEqualTo(
                        new SparkTimeline("2025-11-21T21:20:00.123Z", null, null, null, null, null, null, null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "[]", "{\"ended\": 7, \"last\": [], \"preload\": \"x\", \"restarts\": -1}", "null"})
    void whatIsOddOfThemIsPassedOver(String python) throws JsonProcessingException, ReportMessage.Malformed {
        String report = "{\"v\": 1, \"job\": \"default/flights\", \"state\": \"running\", \"python\": " + python + "}";
        assertThat(read(report).python()).isEqualTo(PythonStatus.NONE);
    }

    @Test
    void whatIsNotSaidIsNothing() throws JsonProcessingException, ReportMessage.Malformed {
        assertThat(read("{\"v\": 1, \"job\": \"default/flights\", \"state\": \"starting\"}"))
                .isEqualTo(new DriverReport(1, DriverReport.State.STARTING, 0, 0, 0, Set.of(), Progress.NONE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | v: must be 1",
                "[] | v: must be 1",
                "3 | v: must be 1",
                "{\"v\": 2, \"state\": \"running\"} | v: must be 1, not 2",
                "{\"v\": 1} | job: must be default/flights",
                "{\"v\": 1, \"job\": \"default/other\"} | not \"default/other\"",
                "{\"v\": 1, \"job\": \"default/flights\"} | state: must be starting, running or stopping, not \"\"",
                "{\"v\": 1, \"job\": \"default/flights\", \"state\": \"RUNNING\"} | not \"RUNNING\"",
                "{\"v\": 1, \"job\": \"default/flights\", \"state\": \"running\", \"executors\": {\"wanted\": -1}} | wanted: must be a whole number",
                "{\"v\": 1, \"job\": \"default/flights\", \"state\": \"running\", \"executors\": {\"wanted\": 1.5}} | not 1.5",
                "{\"v\": 1, \"job\": \"default/flights\", \"state\": \"running\", \"executors\": {\"wanted\": \"2\"}} | not \"2\"",
                "{\"v\": 1, \"job\": \"default/flights\", \"state\": \"running\", \"executors\": {\"wanted\": null}} | not null",
                "{\"v\": 1, \"job\": \"default/flights\", \"state\": \"running\", \"executors\": {\"lastId\": 3000000000}} | lastId: must be"
            })
    void whatIsWrongIsNamed(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ReportMessage.Malformed.class)
                .hasMessageContaining(message);
    }
}
