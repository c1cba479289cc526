package io.pyjob.executor.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodDirectoryTest {
    @TempDir
    Path temp;

    @Test
    void itsDirectoriesAreTheOwnersOnly() throws IOException {
        PodDirectory pod = new PodDirectory(temp.resolve("p"));

        pod.create();

        for (Path directory : new Path[] {pod.run(), pod.local(), pod.tmp(), pod.work()}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .as("%s", directory)
                    .isEqualTo("rwx------");
        }
        assertThat(pod.local()).isEmptyDirectory();
    }

    @Test
    void whatIsThereAlreadyStays() throws IOException {
        PodDirectory pod = new PodDirectory(temp);
        pod.create();
        Files.writeString(pod.gatewayFile(), "x");

        pod.create();

        assertThat(pod.gatewayFile()).hasContent("x");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamedInOneSentence() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "");

        assertThatThrownBy(() -> new PodDirectory(file).create())
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith("the pod's directory " + file + "/run cannot be written to: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aPathIsAsLongAsSparksOwnSocketsAllow() {
        // 107 bytes, less "/tmp/." + 36 + ".sock"
        assertThatThrownBy(() -> new PodDirectory(Path.of("/" + "x".repeat(60))).create())
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("108 bytes")
                .hasMessageContaining("use a shorter one");
        assertThatThrownBy(() -> new PodDirectory(Path.of("/" + "ä".repeat(30))).create())
                .as("bytes count, not characters")
                .hasMessageContaining("108 bytes");
        assertThatNoException().isThrownBy(() -> new PodDirectory(temp).create());
    }
}
