package io.pyjob.e2e;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However a run is ended from outside, no process and no folder is left. */
class CancelIT {
    private final PyJob pyjob = PyJob.inNewFolder();

    @AfterEach
    void clearUp() {
        pyjob.close();
    }

    private PyJob.Running sleeping(String... options) {
        pyjob.script("sleep.py");
        List<String> command = new ArrayList<>(List.of("run"));
        command.addAll(List.of(options));
        command.add("sleep.py");
        PyJob.Running running = pyjob.start(command.toArray(String[]::new));
        await().atMost(90, SECONDS)
                .until(() ->
                        !running.isAlive() || running.processes("sleep", "3601").size() == 2);
        assertThat(running.isAlive()).as(running.err()).isTrue();
        return running;
    }

    private static void signal(String signal, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                .inheritIO()
                .start()
                .waitFor();
    }

    private void assertNothingLeftSoon() {
        await().atMost(15, SECONDS).untilAsserted(() -> Runs.assertNothingLeft(pyjob));
    }

    @Test
    void controlC() throws IOException, InterruptedException {
        PyJob.Running running = sleeping();
        signal("INT", running.pid());
        PyJob.Ended run = running.end();
        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(130);
        assertThat(run.err()).contains("sleep was cancelled");
        Runs.assertNothingLeft(pyjob);
    }

    @Test
    void controlCInBoxes() throws IOException, InterruptedException {
        PyJob.Running running = sleeping(PyJob.isolation().toArray(String[]::new));
        signal("INT", running.pid());
        assertThat(running.end().code()).isEqualTo(130);
        Runs.assertNothingLeft(pyjob);
    }

    @Test
    void terminated() throws IOException, InterruptedException {
        PyJob.Running running = sleeping();
        signal("TERM", running.pid());
        assertThat(running.end().code()).isEqualTo(143);
        Runs.assertNothingLeft(pyjob);
    }

    @Test
    void launcherKilled() throws IOException, InterruptedException {
        PyJob.Running running = sleeping();
        signal("KILL", running.pid());
        running.end();
        assertNothingLeftSoon();
    }

    @Test
    void launchersJvmKilled() throws IOException, InterruptedException {
        PyJob.Running running = sleeping();
        running.processes("io.pyjob.operator.local.LocalMain").forEach(ProcessHandle::destroyForcibly);
        PyJob.Ended run = running.end();
        assertThat(run.code()).isEqualTo(70);
        assertThat(run.err()).contains("the launcher's JVM ended");
        Runs.assertNothingLeft(pyjob);
    }
}
