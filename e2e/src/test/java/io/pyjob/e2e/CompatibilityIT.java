package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts that were not written for PyJob: the quick ones of {@code e2e/compat}, beside stock PySpark. */
class CompatibilityIT {
    private static final long LONGEST_MINUTES = 20;

    @BeforeAll
    static void setUp() {
        PyJob.inNewFolder().close();
    }

    @Test
    void sparksOwnExamplesDoWhatTheyDoOnStock(@TempDir Path folder) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder command = new ProcessBuilder(
                        PyJob.PROJECT.resolve("e2e/compat").toString(), "--fast")
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        command.environment().put("TMPDIR", folder.toString());
        Process compat = command.start();
        try {
            assertThat(compat.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES))
                    .as("in time; so far: %s", Files.readString(err))
                    .isTrue();
        } finally {
            compat.destroy();
            compat.onExit().join();
        }
        List<String> told = Files.readAllLines(out);
        assertThat(told.get(told.size() - 1))
                .as(Files.readString(err))
                .matches("[1-9]\\d* same, 0 differ, 0 not comparable");
        assertThat(compat.exitValue()).isZero();
    }
}
