package io.pyjob.executor.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** A folder that is mounted: each copy is one file, {@code NAME.log}, that grows. */
record FolderTarget(Path folder) implements CopyTarget {
    @Override
    public void append(String name, byte[] bytes) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve(name + ".log"), bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public Duration pace() {
        return Duration.ofSeconds(1);
    }
}
