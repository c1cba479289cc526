package io.pyjob.executor.logs;

import java.io.IOException;
import java.util.List;

/** Brings what is new in some logs to their copies. What could not be added stays, and is tried again. For one thread. */
final class Copier {
    private final List<LogSource> sources;
    private final CopyTarget target;

    Copier(List<LogSource> sources, CopyTarget target) {
        this.sources = List.copyOf(sources);
        this.target = target;
    }

    CopyTarget target() {
        return target;
    }

    /**
     * Copies all that is there now.
     *
     * @throws IOException of the first log with which it failed; the others were copied all the same
     */
    void copy() throws IOException {
        IOException failure = null;
        for (LogSource source : sources) {
            try {
                copy(source);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void copy(LogSource source) throws IOException {
        int read;
        do {
            byte[] bytes = source.next();
            read = bytes.length;
            if (read > 0) {
                target.append(source.name(), bytes);
                source.copied(read);
            }
        } while (read == LogSource.MOST);
    }
}
