package io.pyjob.executor.sql;

import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.MutableProjection;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;

/** The input of a partition as Arrow batches. */
abstract sealed class BatchSource {
    private final BatchLayout layout;
    private final BufferAllocator allocator;

    private BatchSource(BatchLayout layout, BufferAllocator allocator) {
        this.layout = layout;
        this.allocator = allocator;
    }

    /**
     * @param columns of a row; what `computed` makes of it follows them in a batch
     * @param computed null if there is nothing to compute
     */
    static BatchSource ofRows(
            Iterator<InternalRow> rows,
            int columns,
            @Nullable MutableProjection computed,
            BatchLayout layout,
            BufferAllocator allocator) {
        return new Rows(rows, columns, computed, layout, allocator);
    }

    /** As {@link #ofRows}, of columns. */
    static BatchSource ofBatches(
            Iterator<ColumnarBatch> batches,
            int columns,
            @Nullable MutableProjection computed,
            BatchLayout layout,
            BufferAllocator allocator) {
        return new Batches(batches, columns, computed, layout, allocator);
    }

    /** The next, which is the caller's; empty at the end. */
    final Optional<ArrowBatch> next() {
        if (!hasMore()) {
            return Optional.empty();
        }
        try (BatchWriter batch = layout.begin(allocator)) {
            fill(batch);
            return Optional.of(batch.finish());
        }
    }

    abstract boolean hasMore();

    abstract void fill(BatchWriter batch);

    private static final class Rows extends BatchSource {
        private final Iterator<InternalRow> rows;
        private final int columns;
        private final @Nullable MutableProjection computed;

        Rows(
                Iterator<InternalRow> rows,
                int columns,
                @Nullable MutableProjection computed,
                BatchLayout layout,
                BufferAllocator allocator) {
            super(layout, allocator);
            this.rows = rows;
            this.columns = columns;
            this.computed = computed;
        }

        @Override
        boolean hasMore() {
            return rows.hasNext();
        }

        @Override
        void fill(BatchWriter batch) {
            while (batch.hasRoom() && rows.hasNext()) {
                InternalRow row = rows.next();
                batch.append(row, columns);
                if (computed != null) {
                    batch.appendComputed(computed.apply(row), columns);
                }
            }
        }
    }

    private static final class Batches extends BatchSource {
        private final Iterator<ColumnarBatch> batches;
        private final int columns;
        private final @Nullable MutableProjection computed;
        private @Nullable ColumnarBatch current;

        /** Of the current batch. A reader changes the batch itself when it is asked whether there is another. */
        private int rows;

        private int taken;

        Batches(
                Iterator<ColumnarBatch> batches,
                int columns,
                @Nullable MutableProjection computed,
                BatchLayout layout,
                BufferAllocator allocator) {
            super(layout, allocator);
            this.batches = batches;
            this.columns = columns;
            this.computed = computed;
        }

        @Override
        boolean hasMore() {
            while (taken == rows) {
                if (!batches.hasNext()) {
                    return false;
                }
                current = batches.next();
                rows = current.numRows();
                taken = 0;
            }
            return true;
        }

        @Override
        void fill(BatchWriter batch) {
            while (batch.hasRoom() && hasMore()) {
                ColumnarBatch from = current;
                if (from == null) {
                    return;
                }
                int count = Math.min(rows - taken, batch.room());
                batch.append(from, columns, taken, count);
                for (int row = taken; computed != null && row < taken + count; row++) {
                    batch.appendComputed(computed.apply(from.getRow(row)), columns);
                }
                taken += count;
            }
        }
    }
}
