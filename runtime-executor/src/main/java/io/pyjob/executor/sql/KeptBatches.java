package io.pyjob.executor.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Inputs whose results are not back yet, first in first out.
 *
 * <p>With most functions there are two or three of them. One that takes all of its input before it returns anything has
 * all of that kept: what is more than the limit waits on disk.
 */
final class KeptBatches implements AutoCloseable {
    private final Deque<ArrowBatch> inMemory = new ArrayDeque<>();
    private final Deque<BatchFiles.Stored> onDisk = new ArrayDeque<>();
    private final BatchFiles files;
    private final long limit;
    private long bytes;

    /** @param limit so many bytes stay in memory, and the one batch that exceeds them */
    KeptBatches(BatchFiles files, long limit) {
        this.files = files;
        this.limit = limit;
    }

    /** Takes a batch over. */
    void add(ArrowBatch batch) {
        if (onDisk.isEmpty() && bytes <= limit) {
            bytes += batch.bytes();
            inMemory.add(batch);
            return;
        }
        try (batch) {
            onDisk.add(files.store(batch));
        } catch (IOException e) {
            throw new UncheckedIOException("a batch that waits for its results cannot be stored: " + e.getMessage(), e);
        }
    }

    /** Hands the first one over; empty if none waits. */
    Optional<ArrowBatch> poll() {
        ArrowBatch first = inMemory.poll();
        if (first != null) {
            bytes -= first.bytes();
            return Optional.of(first);
        }
        BatchFiles.Stored stored = onDisk.poll();
        if (stored == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(stored.load());
        } catch (IOException e) {
            throw new UncheckedIOException("a batch that was stored cannot be read again: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        inMemory.forEach(ArrowBatch::close);
        inMemory.clear();
        onDisk.forEach(BatchFiles.Stored::delete);
        onDisk.clear();
    }
}
