package io.pyjob.executor.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.execution.vectorized.ConstantColumnVector;
import org.apache.spark.sql.execution.vectorized.Dictionary;
import org.apache.spark.sql.execution.vectorized.OffHeapColumnVector;
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;
import org.apache.spark.sql.vectorized.ArrowColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches from rows and from columns of all types. */
class BatchWriterTest {
    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingIsLeft() {
        allocator.close(); // which says what is
    }

    /** Each type without nulls, with some here and there, from the first on or in the end only, and with nothing else. */
    static Stream<Sample> samples() {
        return Sample.ofEachType().stream()
                .map(each -> each.times(37))
                .flatMap(each -> Stream.of(
                        each,
                        each.withNulls(0, 3),
                        each.withNulls(5, 7),
                        each.withNulls(36, 1),
                        each.withNulls(0, 1),
                        each.part(0, 1),
                        each.part(0, 0)));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void rowsComeBack(Sample sample) {
        try (ArrowBatch batch = ofRows(sample, false)) {
            assertThat(read(sample, batch)).isEqualTo(sample.expected());
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void rowsComeBackFromLargeTypes(Sample sample) {
        try (ArrowBatch batch = ofRows(sample, true)) {
            assertThat(read(sample, batch)).isEqualTo(sample.expected());
        }
    }

    /** Those that Spark itself makes columns of. */
    static Stream<Sample> samplesInColumns() {
        return samples().filter(each -> !(each.type() instanceof TimeType));
    }

    @ParameterizedTest
    @MethodSource("samplesInColumns")
    void columnsOnTheHeapComeBack(Sample sample) {
        try (WritableColumnVector vector =
                new OnHeapColumnVector(sample.values().size() + 1, sample.type())) {
            comesBackInPieces(sample, sample.in(vector));
        }
    }

    @ParameterizedTest
    @MethodSource("samplesInColumns")
    void columnsOffTheHeapComeBack(Sample sample) {
        try (WritableColumnVector vector =
                new OffHeapColumnVector(sample.values().size() + 1, sample.type())) {
            comesBackInPieces(sample, sample.in(vector));
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void columnsOfAnotherBatchComeBack(Sample sample) {
        try (ArrowBatch first = ofRows(sample, false)) {
            FieldVector vector = first.columns().get(0);
            comesBackInPieces(sample, batch(ArrowColumn.of(vector, 0), first.rows()));
            if (ArrowColumn.isFlat(vector) && first.rows() > 5) {
                comesBackInPieces(sample.part(5, first.rows()), batch(ArrowColumn.of(vector, 5), first.rows() - 5));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void columnsOfSparksOwnArrowVectorsComeBack(Sample sample) {
        try (ArrowBatch first = ofRows(sample, false)) {
            comesBackInPieces(
                    sample, batch(new ArrowColumnVector(first.columns().get(0)), first.rows()));
        }
    }

    @Test
    void constantColumnsComeBack() {
        Sample numbers = new Sample(DataTypes.IntegerType, List.<Object>of(7)).times(37);
        try (ConstantColumnVector vector = new ConstantColumnVector(37, numbers.type())) {
            vector.setInt(7);
            comesBackInPieces(numbers, batch(vector, 37));
        }
        Sample words = new Sample(DataTypes.StringType, List.<Object>of(Sample.text("seven"))).times(37);
        try (ConstantColumnVector vector = new ConstantColumnVector(37, words.type())) {
            vector.setUtf8String(Sample.text("seven"));
            comesBackInPieces(words, batch(vector, 37));
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void constantNullsComeBack(Sample sample) {
        Sample nulls = sample.withNulls(0, 1);
        int rows = nulls.values().size();
        try (ConstantColumnVector vector = new ConstantColumnVector(rows, nulls.type())) {
            vector.setNull();
            comesBackInPieces(nulls, batch(vector, rows));
        }
    }

    /** As Parquet's reader leaves columns whose values come from a few: read when they are asked for. */
    @Test
    void columnsOfADictionaryComeBack() {
        Object[] longs = {5L, -7L, 9L};
        comesBackFromDictionary(new Sample(DataTypes.LongType, List.of(longs)), longs);
        Object[] ints = {5, -7, 9};
        comesBackFromDictionary(new Sample(DataTypes.IntegerType, List.of(ints)), ints);
        comesBackFromDictionary(new Sample(DataTypes.DateType, List.of(ints)), ints);
        comesBackFromDictionary(new Sample(DataTypes.ShortType, List.of((short) 5, (short) -7, (short) 9)), ints);
        comesBackFromDictionary(new Sample(DataTypes.ByteType, List.of((byte) 5, (byte) -7, (byte) 9)), ints);
        Object[] doubles = {5.5, -0d, Double.NaN};
        comesBackFromDictionary(new Sample(DataTypes.DoubleType, List.of(doubles)), doubles);
        Object[] floats = {5.5f, -0f, Float.NaN};
        comesBackFromDictionary(new Sample(DataTypes.FloatType, List.of(floats)), floats);
        Object[] bytes = {new byte[] {97}, new byte[] {}, new byte[] {98, 99}};
        comesBackFromDictionary(new Sample(DataTypes.BinaryType, List.of(bytes)), bytes);
        comesBackFromDictionary(
                new Sample(DataTypes.StringType, List.of(Sample.text("a"), Sample.text(""), Sample.text("bc"))), bytes);
        comesBackFromDictionary(
                new Sample(
                        Sample.decimal(9, 2),
                        List.of(Decimal.apply(5L, 9, 2), Decimal.apply(-7L, 9, 2), Decimal.apply(9L, 9, 2))),
                ints);
        comesBackFromDictionary(
                new Sample(
                        Sample.decimal(18, 2),
                        List.of(Decimal.apply(5L, 18, 2), Decimal.apply(-7L, 18, 2), Decimal.apply(9L, 18, 2))),
                longs);
    }

    private void comesBackFromDictionary(Sample sample, Object[] entries) {
        for (Sample each : List.of(sample.times(37), sample.times(37).withNulls(3, 5))) {
            for (boolean onHeap : new boolean[] {true, false}) {
                try (WritableColumnVector vector =
                        onHeap ? new OnHeapColumnVector(37, each.type()) : new OffHeapColumnVector(37, each.type())) {
                    vector.setDictionary(new Entries(List.of(entries)));
                    WritableColumnVector ids = vector.reserveDictionaryIds(37);
                    for (int i = 0; i < 37; i++) {
                        if (each.values().get(i) == null) {
                            vector.putNull(i);
                        } else {
                            ids.putInt(i, i % entries.length);
                        }
                    }
                    comesBackInPieces(each, batch(vector, 37));
                }
            }
        }
    }

    private record Entries(List<Object> values) implements Dictionary {
        @Override
        public int decodeToInt(int id) {
            return (Integer) values.get(id);
        }

        @Override
        public long decodeToLong(int id) {
            return (Long) values.get(id);
        }

        @Override
        public float decodeToFloat(int id) {
            return (Float) values.get(id);
        }

        @Override
        public double decodeToDouble(int id) {
            return (Double) values.get(id);
        }

        @Override
        public byte[] decodeToBinary(int id) {
            return (byte[]) values.get(id);
        }
    }

    @Test
    void decimalsThatDoNotFitBecomeNull() {
        Sample large = new Sample(Sample.decimal(9, 2), List.of(Decimal.apply(new BigDecimal("1.234"))));
        Sample larger = new Sample(Sample.decimal(5, 2), List.of(Decimal.apply(new BigDecimal("1234.5"))));
        Sample largest = new Sample(Sample.decimal(38, 20), List.of(Decimal.apply(new BigDecimal("1e30"))));
        try (ArrowBatch rounded = ofRows(large, false);
                ArrowBatch none = ofRows(larger, false);
                ArrowBatch noneEither = ofRows(largest, false)) {
            assertThat(column(rounded).getDecimal(0, 9, 2)).isEqualTo(Decimal.apply(new BigDecimal("1.23")));
            assertThat(column(none).isNullAt(0)).isTrue();
            assertThat(column(none).getDecimal(0, 5, 2)).isNull();
            assertThat(column(noneEither).isNullAt(0)).isTrue();
        }
    }

    @Test
    void aBatchHasRoomForSoManyRows() {
        BatchLayout layout = layout(new StructType().add("c", DataTypes.LongType), 3, Long.MAX_VALUE);
        try (BatchWriter batch = layout.begin(allocator)) {
            for (int rows = 0; rows < 3; rows++) {
                assertThat(batch.hasRoom()).isTrue();
                assertThat(batch.room()).isEqualTo(3 - rows);
                batch.append(new GenericInternalRow(new Object[] {1L}), 1);
            }
            assertThat(batch.hasRoom()).isFalse();
        }
    }

    @Test
    void aBatchHasRoomForSoManyBytes() {
        BatchLayout layout = layout(new StructType().add("c", DataTypes.LongType), 1000, 80);
        try (BatchWriter batch = layout.begin(allocator)) {
            assertThat(batch.room()).isEqualTo(10);
            IntStream.range(0, 10).forEach(i -> batch.append(new GenericInternalRow(new Object[] {1L}), 1));
            assertThat(batch.hasRoom()).isFalse();
        }
    }

    @Test
    void aRowMayBeLargerThanABatch() {
        BatchLayout layout = layout(new StructType().add("c", DataTypes.StringType), 1000, 10);
        try (BatchWriter batch = layout.begin(allocator)) {
            assertThat(batch.hasRoom()).isTrue();
            assertThat(batch.room()).isPositive();
            batch.append(new GenericInternalRow(new Object[] {Sample.text("x".repeat(1_000_000))}), 1);
            assertThat(batch.hasRoom()).isFalse();
        }
    }

    /** How large rows are is known of those before only: so not too many are taken at once. */
    @Test
    void columnsWithLargeRowsAfterSmallOnesDoNotMakeABatchMuchTooLarge() {
        int rows = 4096;
        List<Object> values = new ArrayList<>();
        IntStream.range(0, rows).forEach(i -> values.add(Sample.text(i < 1000 ? "" : "x".repeat(10_000))));
        Sample sample = new Sample(DataTypes.StringType, List.copyOf(values));
        long limit = 1_000_000;
        try (WritableColumnVector vector = new OnHeapColumnVector(rows, DataTypes.StringType)) {
            BatchSource source = BatchSource.ofBatches(
                    scala.collection.Iterator$.MODULE$.single(sample.in(vector)),
                    1,
                    null,
                    layout(sample.schema(), 100_000, limit),
                    allocator);
            int found = 0;
            while (found < rows) {
                try (ArrowBatch batch = source.next().orElseThrow()) {
                    found += batch.rows();
                    assertThat(batch.bytes()).isLessThan(5 * limit);
                }
            }
        }
    }

    @Test
    void computedValuesFollowTheColumns() {
        StructType columns = new StructType()
                .add("a", DataTypes.LongType)
                .add("b", DataTypes.StringType)
                .add("sum", DataTypes.LongType);
        try (BatchWriter writer = layout(columns, 10, Long.MAX_VALUE).begin(allocator)) {
            for (long i = 0; i < 3; i++) {
                writer.append(new GenericInternalRow(new Object[] {i, Sample.text("x" + i)}), 2);
                writer.appendComputed(new GenericInternalRow(new Object[] {i * 10}), 2);
            }
            try (ArrowBatch batch = writer.finish()) {
                assertThat(batch.columns())
                        .extracting(FieldVector::toString)
                        .containsExactly("[0, 1, 2]", "[x0, x1, x2]", "[0, 10, 20]");
            }
        }
    }

    @Test
    void rowsWithoutColumnsAreCounted() {
        try (BatchWriter writer = layout(new StructType(), 10, Long.MAX_VALUE).begin(allocator)) {
            writer.append(new GenericInternalRow(0), 0);
            writer.append(new GenericInternalRow(0), 0);
            try (ArrowBatch batch = writer.finish()) {
                assertThat(batch.rows()).isEqualTo(2);
            }
        }
    }

    @Test
    void aBatchThatIsGivenUpIsFreed() {
        Sample sample = new Sample(DataTypes.StringType, List.<Object>of(Sample.text("x")));
        try (BatchWriter writer = layout(sample.schema(), 10, Long.MAX_VALUE).begin(allocator)) {
            sample.rows().forEach(row -> writer.append(row, 1));
            assertThat(allocator.getAllocatedMemory()).isPositive();
        }
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    // Of each of these the first rows are many more than the batch expects: it has to grow.

    private ArrowBatch ofRows(Sample sample, boolean largeTypes) {
        BatchLayout layout = new BatchLayout(sample.schema(), "UTC", largeTypes, 2, Long.MAX_VALUE);
        try (BatchWriter writer = layout.begin(allocator)) {
            for (InternalRow row : sample.rows()) {
                writer.append(row, 1);
            }
            return writer.finish();
        }
    }

    private void comesBackInPieces(Sample sample, ColumnarBatch from) {
        int rows = from.numRows();
        for (int size : new int[] {Math.max(1, rows), 1, 8, 5}) {
            try (BatchWriter writer = layout(sample.schema(), 2, Long.MAX_VALUE).begin(allocator)) {
                for (int start = 0; start < rows; start += size) {
                    writer.append(from, 1, start, Math.min(size, rows - start));
                }
                try (ArrowBatch batch = writer.finish()) {
                    assertThat(read(sample, batch)).isEqualTo(sample.expected());
                }
            }
        }
    }

    private static BatchLayout layout(StructType columns, int maxRows, long maxBytes) {
        return new BatchLayout(columns, "UTC", false, maxRows, maxBytes);
    }

    private static ColumnarBatch batch(ColumnVector column, int rows) {
        return new ColumnarBatch(new ColumnVector[] {column}, rows);
    }

    private static ArrowColumn column(ArrowBatch batch) {
        return ArrowColumn.of(batch.columns().get(0), 0);
    }

    private static List<?> read(Sample sample, ArrowBatch batch) {
        return sample.read(column(batch), batch.rows());
    }
}
