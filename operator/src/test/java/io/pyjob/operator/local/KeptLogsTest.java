package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptLogsTest {
    private static final LocalDateTime NOON = LocalDateTime.of(2026, 1, 31, 12, 0, 0, 7_000_000);

    @TempDir
    private Path tmp;

    private Path logs;

    @BeforeEach
    void logs() throws IOException {
        logs = Files.createDirectory(tmp.resolve("logs"));
        Files.writeString(logs.resolve("driver-jvm.log"), "it failed");
    }

    @Test
    void logsAreCopiedToAFolderOfTheirTimeAndJob() {
        Path kept = KeptLogs.keep(logs, tmp.resolve("state/pyjob/logs"), "pi", NOON);
        assertThat(kept).isEqualTo(tmp.resolve("state/pyjob/logs/20260131-120000-007-pi"));
        assertThat(kept.resolve("driver-jvm.log")).hasContent("it failed");
        assertThat(logs.resolve("driver-jvm.log")).exists();
    }

    @Test
    void onlyTheNewestTwentyAreKept() throws IOException {
        Path folder = tmp.resolve("kept");
        for (int minute = 0; minute < 25; minute++) {
            KeptLogs.keep(logs, folder, minute % 2 == 0 ? "a" : "z", NOON.plusMinutes(minute));
        }
        try (Stream<Path> runs = Files.list(folder)) {
            List<String> left = runs.map(run -> run.getFileName().toString())
                    .sorted(Comparator.naturalOrder())
                    .toList();
            assertThat(left).hasSize(20).startsWith("20260131-120500-007-z").endsWith("20260131-122400-007-a");
        }
    }

    @Test
    void logsOfTheSameMomentReplaceEachOther() {
        KeptLogs.keep(logs, tmp.resolve("kept"), "pi", NOON);
        assertThat(KeptLogs.keep(logs, tmp.resolve("kept"), "pi", NOON).resolve("driver-jvm.log"))
                .hasContent("it failed");
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() {
        Path file = logs.resolve("driver-jvm.log");
        assertThatThrownBy(() -> KeptLogs.keep(logs, file, "pi", NOON))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("could not be kept in " + file);
    }

    @Test
    void theFolderIsTheUsersStateFolder() {
        assertThat(KeptLogs.folder(Map.of("XDG_STATE_HOME", "/state", "HOME", "/home/me")))
                .isEqualTo(Path.of("/state/pyjob/logs"));
        assertThat(KeptLogs.folder(Map.of("XDG_STATE_HOME", "", "HOME", "/home/me")))
                .isEqualTo(Path.of("/home/me/.local/state/pyjob/logs"));
    }
}
