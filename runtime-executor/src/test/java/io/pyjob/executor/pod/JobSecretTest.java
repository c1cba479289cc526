package io.pyjob.executor.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobSecretTest {
    @TempDir
    Path temp;

    @Test
    void aSecretIsReadWithoutTheLineEnd() throws IOException {
        Files.writeString(temp.resolve("spark-secret"), "abc\n");

        JobSecret secret = JobSecret.spark(new Environment(Map.of("PYJOB_SECRETS", temp.toString())));

        assertThat(secret.read()).isEqualTo("abc");
        assertThat(secret.toString()).doesNotContain("abc");
    }

    @Test
    void anEmptyOrMissingSecretIsNamed() throws IOException {
        Path empty = Files.writeString(temp.resolve("empty"), "\n");

        assertThatThrownBy(() -> new JobSecret(empty).read())
                .isInstanceOf(StartFailure.class)
                .hasMessage("the job's secret " + empty + " is empty");
        assertThatThrownBy(() -> new JobSecret(temp.resolve("none")).read())
                .isInstanceOf(StartFailure.class)
                .hasMessage("the job's secret " + temp.resolve("none") + " cannot be read: no such file or directory");
    }
}
