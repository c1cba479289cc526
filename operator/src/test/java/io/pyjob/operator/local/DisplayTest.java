package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.ExecutorsStatus;
import io.pyjob.api.Phase;
import io.pyjob.api.Progress;
import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DisplayTest {
    private final FakeAgent fake = new FakeAgent();

    @AfterEach
    void close() {
        fake.close();
    }

    private Display display(boolean terminal, boolean verbose, boolean quiet) {
        return new Display(fake.agent(), "pi", new Display.Settings(terminal, 80, verbose, quiet));
    }

    private static PyJobStatus running(int ready, int stagesDone) {
        return StatusTextTest.status(
                Phase.Running, new ExecutorsStatus(2, ready, 2, 0), new Progress(stagesDone, 0, 9, 0, 0, 0, 0));
    }

    private static Duration at(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    @Test
    void withoutATerminalEachChangeIsToldOnce() {
        Display display = display(false, false, false);
        display.show(PyJobStatus.NEW, at(0));
        display.show(PyJobStatus.NEW, at(0.1));
        display.show(running(1, 0), at(0.2));
        display.show(running(2, 0), at(0.3));
        assertThat(fake.told())
                .containsExactly(
                        "say pyjob: pi: Pending",
                        "say pyjob: pi: Running, 1/2 executors, stages 0/9",
                        "say pyjob: pi: Running, 2/2 executors, stages 0/9");
    }

    @Test
    void withoutATerminalStagesAreToldSeldom() {
        Display display = display(false, false, false);
        display.show(running(2, 0), at(1));
        display.show(running(2, 1), at(2));
        display.show(running(2, 2), at(5.9));
        display.show(running(2, 3), at(6));
        display.show(running(2, 3), at(12));
        assertThat(fake.told())
                .containsExactly(
                        "say pyjob: pi: Running, 2/2 executors, stages 0/9",
                        "say pyjob: pi: Running, 2/2 executors, stages 3/9");
    }

    @Test
    void onATerminalTheLineIsDrawnEachTimeAndNotAtTheEnd() {
        Display display = display(true, false, false);
        display.show(running(2, 0), at(1));
        display.show(running(2, 0), at(1.2));
        display.show(StatusTextTest.status(Phase.Succeeded, ExecutorsStatus.NONE, Progress.NONE), at(1.4));
        assertThat(fake.told())
                .containsExactly(
                        "live pi  1.0 s  Running  2/2 executors  stages 0/9  tasks 0/0",
                        "live pi  1.2 s  Running  2/2 executors  stages 0/9  tasks 0/0");
        assertThat(display.redrawAfter()).contains(Duration.ofMillis(200));
    }

    @Test
    void quietMeansNoProgressButWhatMatters() {
        for (boolean terminal : new boolean[] {false, true}) {
            Display display = display(terminal, false, true);
            display.show(running(2, 0), at(1));
            display.succeeded(at(2));
            display.say("pi failed");
            assertThat(display.redrawAfter()).isEmpty();
            assertThat(fake.told()).containsExactly("say pyjob: pi failed");
        }
    }

    @Test
    void detailsAreToldOnlyWhenAskedFor() {
        display(false, false, false).detail(() -> {
            throw new AssertionError("nobody asked");
        });
        display(false, true, false).detail(() -> "e1/jvm ended with 0");
        display(false, false, false).succeeded(at(61));
        assertThat(fake.told())
                .containsExactly("say pyjob: e1/jvm ended with 0", "say pyjob: pi succeeded in 1:01 min");
    }
}
