package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProgramsTest {
    @TempDir
    private Path tmp;

    private Path file(String name, String permissions) throws IOException {
        Path file = tmp.resolve(name);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private String path(String... folders) {
        return String.join(
                ":", Stream.of(folders).map(f -> tmp.resolve(f).toString()).toList());
    }

    @Test
    void theFirstProgramOfThatNameIsFound() throws IOException {
        file("a/python", "rw-r--r--");
        Files.createDirectories(tmp.resolve("b/python"));
        Path third = file("c/python", "rwxr-xr-x");
        file("d/python", "rwxr-xr-x");
        assertThat(Programs.find("python", ":" + path("none", "a", "b", "c", "d")))
                .contains(third);
    }

    @Test
    void aNameWithASlashIsAFile() throws IOException {
        Path python = file("c/python", "rwxr-xr-x");
        assertThat(Programs.find(python.toString(), "")).contains(python);
        assertThat(Programs.find("c/python", path("c"))).isEmpty();
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(Programs.find("no-such-program", path("a"))).isEmpty();
        assertThat(Programs.find("python", "")).isEmpty();
        assertThat(Programs.find("", path("."))).isEmpty();
    }
}
