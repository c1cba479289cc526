package io.pyjob.operator.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds programs as a shell does. */
final class Programs {
    private Programs() {}

    /** The program of that name on {@code path}; a name with a slash is a file. */
    static Optional<Path> find(String name, String path) {
        Stream<Path> candidates = name.contains("/")
                ? Stream.of(Path.of(name).toAbsolutePath())
                : Stream.of(path.split(":")).filter(f -> !f.isEmpty()).map(f -> Path.of(f, name));
        return candidates
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
