package io.pyjob.executor.sql;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** A batch that is being filled. Closing it gives up what has not been finished. */
final class BatchWriter implements AutoCloseable {
    /** As long as nothing is known of the size of rows. */
    private static final int FIRST_ROWS = 64;

    /** Rows may be as much larger than those before as they like: so many are taken before their size is looked at. */
    private static final int MOST_UNSIZED_ROWS = 256;

    private final List<FieldVector> vectors;
    private final ColumnWriter[] writers;

    /** Those whose values have no fixed size; that of the others makes so many bytes for each row. */
    private final ColumnWriter[] unsized;

    private final long sizedRow;
    private final int maxRows;
    private final long maxBytes;
    private int rows;

    /** @param vectors what the writers write to, which is this one's from now on */
    BatchWriter(List<FieldVector> vectors, List<ColumnWriter> writers, int maxRows, long maxBytes) {
        this.vectors = vectors;
        this.writers = writers.toArray(ColumnWriter[]::new);
        this.maxRows = maxRows;
        this.maxBytes = maxBytes;
        unsized = writers.stream().filter(each -> each.width() == 0).toArray(ColumnWriter[]::new);
        sizedRow = writers.stream().mapToLong(ColumnWriter::width).sum();
    }

    /** Whether it takes another row. */
    boolean hasRoom() {
        return rows < maxRows && (rows == 0 || bytes() < maxBytes);
    }

    /** How many rows it takes at once, so that it does not become much larger than it may. At least one. */
    int room() {
        int left = maxRows - rows;
        if (unsized.length == 0) {
            return (int) Math.max(1, Math.min(left, (maxBytes - rows * sizedRow) / Math.max(1, sizedRow)));
        }
        if (rows == 0) {
            return Math.min(left, FIRST_ROWS);
        }
        long perRow = Math.max(1, bytes() / rows);
        return (int) Math.max(1, Math.min(Math.min(left, MOST_UNSIZED_ROWS), (maxBytes - bytes()) / (2 * perRow)));
    }

    /** Adds a row's values to the first columns. */
    void append(InternalRow row, int columns) {
        for (int i = 0; i < columns; i++) {
            writers[i].append(row, i);
        }
        rows++;
    }

    /** Adds a row: to each column the value that is at its place in `ordinals`. */
    void append(InternalRow row, int[] ordinals) {
        for (int i = 0; i < ordinals.length; i++) {
            writers[i].append(row, ordinals[i]);
        }
        rows++;
    }

    /** Adds to the first columns those of a batch, from row `start` on. */
    void append(ColumnarBatch batch, int columns, int start, int count) {
        for (int i = 0; i < columns; i++) {
            writers[i].append(batch, i, start, count);
        }
        rows += count;
    }

    /** Adds computed values, for a row that was added. */
    void appendComputed(InternalRow values, int firstColumn) {
        for (int i = firstColumn; i < writers.length; i++) {
            writers[i].append(values, i - firstColumn);
        }
    }

    private long bytes() {
        long sum = rows * sizedRow;
        for (ColumnWriter writer : unsized) {
            sum += writer.bytes();
        }
        return sum;
    }

    /** The batch, which is the caller's. */
    ArrowBatch finish() {
        for (ColumnWriter writer : writers) {
            writer.finish();
        }
        ArrowBatch batch = new ArrowBatch(vectors, rows);
        vectors.clear();
        return batch;
    }

    @Override
    public void close() {
        vectors.forEach(FieldVector::close);
        vectors.clear();
    }
}
