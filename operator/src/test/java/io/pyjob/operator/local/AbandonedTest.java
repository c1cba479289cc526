package io.pyjob.operator.local;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, disabledReason = "what is left is found in /proc")
final class AbandonedTest {
    @TempDir
    private Path tmp;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process start(String runDir, String program) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", program).directory(tmp.toFile());
        builder.environment().put("PYJOB_RUN_DIR", runDir);
        started.add(builder.start());
        return started.get(started.size() - 1);
    }

    @Test
    void whatStillRunsIsEndedAndTheFolderRemoved() throws IOException, InterruptedException {
        Path root = Files.createDirectories(tmp.resolve("run"));
        Files.createDirectories(root.resolve("d/local"));
        Files.writeString(root.resolve("d/local/block"), "");
        Files.createSymbolicLink(root.resolve("d/code"), tmp);
        Process writes = start(root.toString(), "i=0; while :; do i=$((i + 1)); : > run/d/local/$i; done");
        Process other = start(root + "2", "exec sleep 100");
        Abandoned.remove(root);
        assertThat(writes.waitFor(5, SECONDS)).isTrue();
        assertThat(other.isAlive()).isTrue();
        assertThat(root).doesNotExist();
        assertThat(tmp).exists();
    }

    @Test
    void aFolderThatHasGoneIsNoFailure() {
        Abandoned.remove(tmp.resolve("none"));
        assertThat(tmp).exists();
    }
}
