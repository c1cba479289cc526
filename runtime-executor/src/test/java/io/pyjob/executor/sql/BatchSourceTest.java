package io.pyjob.executor.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.InterpretedMutableProjection;
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class BatchSourceTest {
    private static final StructType COLUMN = new StructType().add("c", DataTypes.LongType);
    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingIsLeft() {
        allocator.close(); // which says what is
    }

    @Test
    void rowsAreCutIntoBatches() {
        assertThat(sizes(ofRows(25, 10))).containsExactly(10, 10, 5);
        assertThat(sizes(ofRows(20, 10))).containsExactly(10, 10);
        assertThat(sizes(ofRows(1, 10))).containsExactly(1);
        assertThat(sizes(ofRows(0, 10))).isEmpty();
    }

    @Test
    void columnsAreCutAndPutTogether() {
        assertThat(values(ofBatches(10, 0, 3, 4, 0, 25, 0, 1))).containsExactlyElementsOf(upTo(33));
        assertThat(sizes(ofBatches(10, 0, 3, 4, 0, 25, 0, 1))).containsExactly(10, 10, 10, 3);
        assertThat(sizes(ofBatches(10, 10))).containsExactly(10);
        assertThat(sizes(ofBatches(10, 0, 0))).isEmpty();
        assertThat(sizes(ofBatches(10))).isEmpty();
    }

    /** Parquet's reader has one batch, and empties it when it is asked for more at the end of a file. */
    @Test
    void aReaderMayChangeItsBatchWhenItIsAskedForAnother() {
        try (OnHeapColumnVector vector = new OnHeapColumnVector(8, DataTypes.LongType)) {
            ColumnarBatch only = new ColumnarBatch(new ColumnVector[] {vector});
            Iterator<ColumnarBatch> reader = new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    only.setNumRows(0);
                    return next < 24;
                }

                @Override
                public ColumnarBatch next() {
                    for (int i = 0; i < 8; i++) {
                        vector.putLong(i, next++);
                    }
                    only.setNumRows(8);
                    return only;
                }
            };
            assertThat(values(ofBatches(reader, 5))).containsExactlyElementsOf(upTo(24));
        }
    }

    @Test
    void valuesAreComputedOfRowsAndOfColumns() {
        StructType columns = COLUMN.add("twice", DataTypes.LongType);
        Expression value = new BoundReference(0, DataTypes.LongType, true);
        InterpretedMutableProjection twice = new InterpretedMutableProjection(
                CollectionConverters.asScala(List.<Expression>of(new Add(value, value)))
                        .toSeq());
        BatchLayout layout = new BatchLayout(columns, "UTC", false, 4, Long.MAX_VALUE);
        List<String> expected = List.of("[0, 2, 4, 6]", "[8, 10, 12]");
        assertThat(columns(BatchSource.ofRows(rows(7), 1, twice, layout, allocator), 1))
                .isEqualTo(expected);
        try (OnHeapColumnVector vector = numbers(0, 7)) {
            scala.collection.Iterator<ColumnarBatch> batch = CollectionConverters.asScala(
                    List.of(new ColumnarBatch(new ColumnVector[] {vector}, 7)).iterator());
            assertThat(columns(BatchSource.ofBatches(batch, 1, twice, layout, allocator), 1))
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatWasReadIsFreedWhenReadingFails() {
        scala.collection.Iterator<InternalRow> failing = CollectionConverters.asScala(IntStream.range(0, 5)
                .<InternalRow>mapToObj(i -> {
                    if (i == 3) {
                        throw new IllegalStateException("no more");
                    }
                    return new GenericInternalRow(new Object[] {(long) i});
                })
                .iterator());
        BatchSource source = BatchSource.ofRows(failing, 1, null, layout(10), allocator);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(source::next)).hasMessage("no more");
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    private BatchSource ofRows(int rows, int maxRows) {
        return BatchSource.ofRows(rows(rows), 1, null, layout(maxRows), allocator);
    }

    private static scala.collection.Iterator<InternalRow> rows(int rows) {
        return CollectionConverters.asScala(IntStream.range(0, rows)
                .<InternalRow>mapToObj(i -> new GenericInternalRow(new Object[] {(long) i}))
                .iterator());
    }

    private BatchSource ofBatches(int maxRows, int... sizes) {
        List<ColumnarBatch> batches = new ArrayList<>();
        int next = 0;
        for (int size : sizes) {
            batches.add(new ColumnarBatch(new ColumnVector[] {numbers(next, size)}, size));
            next += size;
        }
        return ofBatches(batches.iterator(), maxRows);
    }

    private BatchSource ofBatches(Iterator<ColumnarBatch> batches, int maxRows) {
        return BatchSource.ofBatches(CollectionConverters.asScala(batches), 1, null, layout(maxRows), allocator);
    }

    private static OnHeapColumnVector numbers(int first, int count) {
        OnHeapColumnVector vector = new OnHeapColumnVector(Math.max(1, count), DataTypes.LongType);
        for (int i = 0; i < count; i++) {
            vector.putLong(i, first + i);
        }
        return vector;
    }

    private static BatchLayout layout(int maxRows) {
        return new BatchLayout(COLUMN, "UTC", false, maxRows, Long.MAX_VALUE);
    }

    private static List<Long> upTo(int end) {
        return IntStream.range(0, end).mapToObj(i -> (long) i).toList();
    }

    private static List<Integer> sizes(BatchSource source) {
        List<Integer> sizes = new ArrayList<>();
        for (Optional<ArrowBatch> next = source.next(); next.isPresent(); next = source.next()) {
            try (ArrowBatch batch = next.get()) {
                sizes.add(batch.rows());
            }
        }
        return sizes;
    }

    private static List<Long> values(BatchSource source) {
        List<Long> values = new ArrayList<>();
        for (Optional<ArrowBatch> next = source.next(); next.isPresent(); next = source.next()) {
            try (ArrowBatch batch = next.get()) {
                ArrowColumn column = ArrowColumn.of(batch.columns().get(0), 0);
                IntStream.range(0, batch.rows()).forEach(i -> values.add(column.getLong(i)));
            }
        }
        return values;
    }

    private static List<String> columns(BatchSource source, int column) {
        List<String> columns = new ArrayList<>();
        for (Optional<ArrowBatch> next = source.next(); next.isPresent(); next = source.next()) {
            try (ArrowBatch batch = next.get()) {
                columns.add(batch.columns().get(column).toString());
            }
        }
        return columns;
    }
}
