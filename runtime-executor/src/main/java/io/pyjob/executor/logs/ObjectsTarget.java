package io.pyjob.executor.logs;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of a file system of Hadoop's. Objects cannot grow: each copy is several, {@code NAME-000001.log} and so on, which are
 * in order by name.
 */
final class ObjectsTarget implements CopyTarget {
    private final FileSystem files;
    private final Path folder;
    private final Map<String, Integer> numbers = new HashMap<>();

    ObjectsTarget(FileSystem files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    @Override
    public void append(String name, byte[] bytes) throws IOException {
        int number = numbers.getOrDefault(name, 0) + 1;
        Path object = new Path(folder, String.format(Locale.ROOT, "%s-%06d.log", name, number));
        // Over what an append that failed may have left.
        try (OutputStream out = files.create(object, true)) {
            out.write(bytes);
        }
        numbers.put(name, number);
    }

    @Override
    public Duration pace() {
        return Duration.ofSeconds(15);
    }
}
