package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.ExecutorsStatus;
import io.pyjob.api.Phase;
import io.pyjob.api.Progress;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.RestartStatus;
import io.pyjob.api.StatusSummary;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StatusTextTest {
    private static final Progress HALF = new Progress(1, 1, 2, 5, 1, 0, 10);

    static PyJobStatus status(Phase phase, ExecutorsStatus executors, Progress progress) {
        return new PyJobStatus(
                phase,
                List.of(),
                1L,
                1,
                executors,
                progress,
                null,
                null,
                null,
                null,
                null,
                StatusSummary.NONE,
                null,
                null,
                null,
                List.of(),
                RestartStatus.NONE);
    }

    @Test
    void aNewJobHasOnlyItsPhase() {
        assertThat(StatusText.plain("pi", PyJobStatus.NEW)).isEqualTo("pyjob: pi: Pending");
    }

    @Test
    void aLineOfALogTellsNoTasksBeforeTheEnd() {
        ExecutorsStatus executors = new ExecutorsStatus(2, 1, 2, 0);
        assertThat(StatusText.plain("pi", status(Phase.Running, executors, HALF)))
                .isEqualTo("pyjob: pi: Running, 1/2 executors, stages 1/2");
        assertThat(StatusText.plain("pi", status(Phase.Succeeded, executors, HALF)))
                .isEqualTo("pyjob: pi: Succeeded, stages 1/2, tasks 5/10");
    }

    @Test
    void whatWentWrongIsTold() {
        Progress failures = new Progress(0, 0, 0, 0, 0, 1, 0);
        assertThat(StatusText.plain("pi", status(Phase.Running, new ExecutorsStatus(0, 0, 3, 3), failures)))
                .isEqualTo("pyjob: pi: Running, 3 lost, 1 task failed");
        assertThat(StatusText.plain(
                        "pi", status(Phase.Running, ExecutorsStatus.NONE, new Progress(0, 0, 0, 0, 0, 2, 0))))
                .isEqualTo("pyjob: pi: Running, 2 tasks failed");
    }

    @Test
    void stagesAreNoPartOfWhatIsToldAtOnce() {
        ExecutorsStatus executors = new ExecutorsStatus(2, 2, 2, 0);
        assertThat(StatusText.beforeStages("pi", status(Phase.Running, executors, HALF)))
                .isEqualTo("pyjob: pi: Running, 2/2 executors");
    }

    @Test
    void theLiveLineHasTheTimeAndABar() {
        String line = StatusText.live(
                "pi", status(Phase.Running, new ExecutorsStatus(2, 2, 2, 0), HALF), Duration.ofMillis(4250), 200);
        assertThat(line)
                .isEqualTo("pi  4.3 s  Running  2/2 executors  stages 1/2  tasks 5/10  " + "█".repeat(10)
                        + "░".repeat(10));
    }

    @Test
    void theBarIsNeverLongerThanItsPlace() {
        Progress more = new Progress(0, 1, 1, 2_000_000_000, 0, 0, 1_000_000_000);
        assertThat(StatusText.live("pi", status(Phase.Running, ExecutorsStatus.NONE, more), Duration.ZERO, 200))
                .endsWith("  " + "█".repeat(20));
    }

    @Test
    void theLiveLineStaysOnItsLine() {
        PyJobStatus status = status(Phase.Running, new ExecutorsStatus(2, 2, 2, 0), HALF);
        assertThat(StatusText.live("a-long-name", status, Duration.ZERO, 12)).isEqualTo("a-long-name");
        assertThat(StatusText.live("a-long-name", status, Duration.ZERO, 0)).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0 s", "1234, 1.2 s", "59000, 59.0 s", "60000, 1:00 min", "61999, 1:01 min", "3600000, 60:00 min"})
    void timesAreShort(long millis, String text) {
        assertThat(StatusText.seconds(Duration.ofMillis(millis))).isEqualTo(text);
    }
}
