package io.pyjob.executor.python;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the pool wrote down before it ended: the only witness where the kernel killed the whole container.
 *
 * @param state what the pool was doing
 * @param module what it was importing
 * @param look how full the container was when the pool looked last; only written while it is nearly full
 */
record PoolFile(String state, Optional<String> module, Optional<Look> look) {
    private static final long LONGEST = 1 << 20;

    record Look(long usage, long limit, List<Seen> workers) {
        private Optional<Seen> largest() {
            return workers.stream().max(Comparator.comparingLong(Seen::rss));
        }
    }

    record Seen(long pid, long rss, Optional<String> function) {}

    static Optional<PoolFile> read(Path file) {
        try {
            return Files.size(file) > LONGEST ? Optional.empty() : Optional.of(parse(Files.readString(file)));
        } catch (IOException e) {
            return Optional.empty(); // a pool that has not come so far, or none of ours
        }
    }

    static PoolFile parse(String text) throws IOException {
        PoolJson json = PoolJson.parse(text);
        PoolJson look = json.object("look");
        return new PoolFile(
                json.text("state").orElse(""),
                json.text("module"),
                look.fields().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Look(
                                look.number("usage").orElse(0),
                                look.number("limit").orElse(0),
                                look.objects("workers").stream()
                                        .map(PoolFile::seen)
                                        .toList())));
    }

    private static Seen seen(PoolJson worker) {
        return new Seen(worker.number("pid").orElse(0), worker.number("rss").orElse(0), worker.text("function"));
    }

    /** Whether this pool is not ready for workers yet. */
    boolean isComingUp() {
        return state.equals("preloading");
    }

    /** What became of worker {@code pid}, whose pool has gone with it. */
    String end(int pid, String memoryField) {
        if (isComingUp()) {
            return "Python worker " + pid
                    + " ended with the pod's python container, whose next pool has not come up yet"
                    + module.map(name -> ": it is importing " + name).orElse("");
        }
        return "Python worker " + pid + " ended together with the whole of the pod's python container"
                + look.map(seen -> full(seen, memoryField))
                        .orElse(", which was not short of memory when it looked last. " + SidecarPool.ADVICE);
    }

    private static String full(Look look, String memoryField) {
        return ", which used " + mebibytes(look.usage()) + " of its limit of " + mebibytes(look.limit()) + " ("
                + memoryField + ')'
                + look.largest()
                        .map(worker -> "; its largest worker, " + worker.pid() + ", had " + mebibytes(worker.rss())
                                + " resident"
                                + worker.function().map(name -> " in " + name).orElse(""))
                        .orElse("")
                + ": raise that field, or give each task less (more partitions)";
    }

    private static String mebibytes(long bytes) {
        return bytes >= 1L << 30
                ? String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30))
                : (bytes >> 20) + " MiB";
    }
}
