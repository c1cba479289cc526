package io.pyjob.operator.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Keeps the logs of failed runs, the newest few of them, in the user's state folder. */
final class KeptLogs {
    private static final int RUNS = 20;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

    private KeptLogs() {}

    /** Where logs are kept, by the usual variables. */
    static Path folder(Map<String, String> env) {
        String state = env.get("XDG_STATE_HOME");
        Path base = state != null && !state.isEmpty()
                ? Path.of(state)
                : Path.of(env.getOrDefault("HOME", System.getProperty("user.home")), ".local", "state");
        return base.resolve("pyjob").resolve("logs");
    }

    /** Copies {@code logs}; the copy's folder. */
    static Path keep(Path logs, Path folder, String job, LocalDateTime now) {
        try {
            Path kept = Files.createDirectories(folder.resolve(STAMP.format(now) + "-" + job));
            try (Stream<Path> files = Files.list(logs)) {
                for (Path file : files.toList()) {
                    Files.copy(file, kept.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            forgetOld(folder);
            return kept;
        } catch (IOException e) {
            throw new UncheckedIOException("the logs in " + logs + " could not be kept in " + folder, e);
        }
    }

    private static void forgetOld(Path folder) throws IOException {
        List<Path> newestFirst;
        try (Stream<Path> runs = Files.list(folder)) {
            newestFirst = runs.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path run : newestFirst.subList(Math.min(RUNS, newestFirst.size()), newestFirst.size())) {
            try (Stream<Path> files = Files.walk(run)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
