package io.pyjob.executor.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.SparkConf;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.SerializerManager;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.storage.DiskBlockManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

class JoinedBatchesTest {
    private static final StructType INPUT = new StructType()
            .add("n", DataTypes.LongType)
            .add("s", DataTypes.StringType)
            .add("b", DataTypes.BooleanType)
            .add("a", DataTypes.createArrayType(DataTypes.IntegerType));
    private static final StructType RESULT = new StructType().add("r", DataTypes.LongType);

    @TempDir
    Path folder;

    private final BufferAllocator allocator = new RootAllocator();
    private final TaskMetrics metrics = TaskMetrics.empty();
    private DiskBlockManager files;
    private BatchFiles storage;

    @BeforeEach
    void filesInTheFolder() {
        SparkConf conf = new SparkConf(false).set("spark.local.dir", folder.toString());
        files = new DiskBlockManager(conf, true, false);
        SerializerManager encryption = new SerializerManager(new JavaSerializer(conf), conf, Option.empty());
        storage = new BatchFiles(files, encryption, metrics, allocator);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(CollectionConverters.asJava(files.getAllFiles())).isEmpty();
        files.stop();
        allocator.close(); // which says what is
    }

    @Test
    void resultsStandBesideTheirInputs() {
        assertJoined(List.of(10), List.of(10));
        assertJoined(List.of(10, 5, 1), List.of(10, 5, 1));
    }

    @Test
    void resultsMayBeCutDifferently() {
        assertJoined(List.of(10, 10, 10), List.of(30));
        assertJoined(List.of(30), List.of(10, 10, 10));
        assertJoined(List.of(7, 7, 7, 9), List.of(1, 12, 13, 4));
        assertJoined(List.of(1, 1, 1), List.of(2, 1));
    }

    @Test
    void resultsMayBeEmpty() {
        assertJoined(List.of(10), List.of(0, 10));
        assertJoined(List.of(10, 3), List.of(0, 0, 4, 0, 9, 0));
        assertJoined(List.of(), List.of(0, 0));
        assertJoined(List.of(), List.of());
    }

    @Test
    void inputsThatWaitAreOnDiskBeyondTheLimit() {
        try (JoinedBatches joined = new JoinedBatches(new KeptBatches(storage, 1), allocator)) {
            IntStream.range(0, 5).forEach(i -> joined.add(input(10 * i, 10)));
            assertThat(CollectionConverters.asJava(files.getAllFiles())).hasSize(4);
            assertThat(metrics.diskBytesSpilled()).isPositive();
            joined.join(results(List.of(7, 3, 25, 15)));
            assertThat(rows(joined)).isEqualTo(expected(50));
        }
    }

    @Test
    void inputsThatWaitOnDiskAreRemovedAtAnEarlyEnd() {
        JoinedBatches joined = new JoinedBatches(new KeptBatches(storage, 1), allocator);
        IntStream.range(0, 5).forEach(i -> joined.add(input(10 * i, 10)));
        joined.join(results(List.of(25)));
        joined.next();
        joined.next();
        joined.close();
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    @Test
    void moreResultsThanInputsAreAnError() {
        try (JoinedBatches joined = joined(List.of(10), List.of(11))) {
            assertThat(joined.next().numRows()).isEqualTo(10);
            assertThat(joined.hasNext()).isTrue();
            assertThatThrownBy(joined::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("1 have no input");
        }
        try (JoinedBatches joined = joined(List.of(), List.of(3))) {
            assertThatThrownBy(joined::next).hasMessageContaining("3 have no input");
        }
    }

    @Test
    void closingAtAnyPointFreesEverything() {
        for (int steps = 0; steps < 9; steps++) {
            JoinedBatches joined = joined(List.of(7, 7, 7, 9), List.of(1, 12, 13, 4));
            for (int i = 0; i < steps && joined.hasNext(); i++) {
                joined.next();
            }
            if (steps % 2 == 1) {
                joined.hasNext();
            }
            joined.close();
            assertThat(allocator.getAllocatedMemory()).as("after " + steps).isZero();
            joined.close();
        }
    }

    /** What was given out last, and nothing that was given out before. */
    @Test
    void batchesAreFreedAsTheyAreReplaced() {
        try (JoinedBatches joined = new JoinedBatches(new KeptBatches(storage, Long.MAX_VALUE), allocator)) {
            joined.join(results(IntStream.range(0, 50).mapToObj(i -> 10).toList()));
            long most = 0;
            for (int i = 0; i < 50; i++) {
                joined.add(input(10 * i, 10));
                joined.next();
                if (i == 2) {
                    most = allocator.getAllocatedMemory();
                } else if (i > 2) {
                    assertThat(allocator.getAllocatedMemory()).isLessThanOrEqualTo(most);
                }
            }
        }
    }

    private void assertJoined(List<Integer> inputs, List<Integer> results) {
        try (JoinedBatches joined = joined(inputs, results)) {
            assertThat(rows(joined)).isEqualTo(expected(sum(inputs)));
            assertThatThrownBy(joined::next).isInstanceOf(java.util.NoSuchElementException.class);
        }
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    private JoinedBatches joined(List<Integer> inputs, List<Integer> results) {
        JoinedBatches joined = new JoinedBatches(new KeptBatches(storage, Long.MAX_VALUE), allocator);
        int next = 0;
        for (int rows : inputs) {
            joined.add(input(next, rows));
            next += rows;
        }
        joined.join(results(results));
        return joined;
    }

    private ArrowBatch input(int first, int rows) {
        return batch(
                INPUT,
                IntStream.range(first, first + rows)
                        .mapToObj(JoinedBatchesTest::inputRow)
                        .toList());
    }

    private static InternalRow inputRow(int i) {
        return new GenericInternalRow(new Object[] {
            i % 5 == 0 ? null : (Object) (long) i,
            i % 7 == 0 ? null : Sample.text("s" + i),
            i % 3 == 0 ? null : (Object) (i % 2 == 0),
            i % 4 == 0 ? null : new GenericArrayData(new Object[] {i, null})
        });
    }

    /** Made one by one, as they come from a worker. */
    private scala.collection.Iterator<ColumnarBatch> results(List<Integer> sizes) {
        int[] next = {0};
        Iterator<ColumnarBatch> batches = sizes.stream()
                .map(rows -> {
                    int first = next[0];
                    next[0] += rows;
                    List<InternalRow> made = IntStream.range(first, first + rows)
                            .<InternalRow>mapToObj(i -> new GenericInternalRow(new Object[] {(long) -i}))
                            .toList();
                    ArrowBatch batch = batch(RESULT, made);
                    return new ColumnarBatch(
                            batch.columns().stream()
                                    .map(vector -> ArrowColumn.of(vector, 0))
                                    .toArray(ColumnVector[]::new),
                            rows);
                })
                .iterator();
        return CollectionConverters.asScala(batches);
    }

    private ArrowBatch batch(StructType columns, List<InternalRow> rows) {
        try (BatchWriter writer =
                new BatchLayout(columns, "UTC", false, Math.max(1, rows.size()), Long.MAX_VALUE).begin(allocator)) {
            rows.forEach(row -> writer.append(row, columns.length()));
            return writer.finish();
        }
    }

    private static List<String> rows(JoinedBatches joined) {
        List<String> rows = new ArrayList<>();
        while (joined.hasNext()) {
            ColumnarBatch batch = joined.next();
            batch.rowIterator().forEachRemaining(row -> rows.add(string(row) + " " + row.getLong(4)));
        }
        return rows;
    }

    private static List<String> expected(int rows) {
        return IntStream.range(0, rows)
                .mapToObj(i -> string(inputRow(i)) + " " + -i)
                .toList();
    }

    private static String string(InternalRow row) {
        return (row.isNullAt(0) ? null : row.getLong(0))
                + " " + row.getUTF8String(1)
                + " " + (row.isNullAt(2) ? null : row.getBoolean(2))
                + " "
                + (row.isNullAt(3)
                        ? null
                        : row.getArray(3).getInt(0) + "" + row.getArray(3).isNullAt(1));
    }

    private static int sum(List<Integer> sizes) {
        return sizes.stream().mapToInt(Integer::intValue).sum();
    }
}
