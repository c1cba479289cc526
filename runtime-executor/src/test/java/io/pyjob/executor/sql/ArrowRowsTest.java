package io.pyjob.executor.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.InterpretedUnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.jdk.javaapi.CollectionConverters;

/** Rows are the same, byte by byte, as those that Spark makes of the same columns. */
class ArrowRowsTest {
    private final BufferAllocator allocator = new RootAllocator();
    private final List<ArrowBatch> batches = new ArrayList<>();
    private final SQLMetric batchesRead = new SQLMetric("sum", 0);
    private final SQLMetric rowsMade = new SQLMetric("sum", 0);

    @AfterEach
    void nothingIsLeft() {
        batches.forEach(ArrowBatch::close);
        allocator.close(); // which says what is
    }

    static Stream<Sample> flat() {
        return Sample.ofEachType().stream()
                .filter(sample -> RowField.of(sample.type()).isPresent());
    }

    @ParameterizedTest
    @MethodSource("flat")
    void ofOneColumn(Sample sample) {
        assertAsSparks(List.of(sample.times(2000)));
        assertAsSparks(List.of(sample.times(700).withNulls(0, 3)));
        assertAsSparks(List.of(sample.times(700).withNulls(1, 1)));
        assertAsSparks(List.of(sample.times(1)));
        assertAsSparks(List.of(sample.times(1).withNulls(0, 1)));
        assertAsSparks(List.of(sample.part(0, 0)));
    }

    @Test
    void ofAllAtOnceInAnyOrder() {
        Random random = new Random(7);
        for (int columns : new int[] {2, 5, 63, 64, 65, 130}) {
            List<Sample> all = flat().toList();
            List<Sample> some = IntStream.range(0, columns)
                    .mapToObj(i -> all.get(random.nextInt(all.size())).times(600))
                    .map(sample ->
                            random.nextBoolean() ? sample : sample.withNulls(random.nextInt(5), 1 + random.nextInt(5)))
                    .toList();
            assertAsSparks(some);
        }
    }

    @Test
    void ofRowsThatAreLargerThanABlock() {
        Sample large = new Sample(
                DataTypes.StringType,
                IntStream.range(0, 40)
                        .<Object>mapToObj(i -> Sample.text("x".repeat(i % 3 == 0 ? 200_001 + i : i)))
                        .toList());
        Sample number = new Sample(
                DataTypes.LongType,
                IntStream.range(0, 40).<Object>mapToObj(i -> (long) i).toList());
        assertAsSparks(List.of(number, large, number));
    }

    @Test
    void nestedTypesHaveNone() {
        assertThat(RowField.of(DataTypes.createArrayType(DataTypes.LongType))).isEmpty();
        assertThat(RowField.of(new StructType())).isEmpty();
        assertThat(RowField.of(DataTypes.NullType)).isEmpty();
        assertThat(RowField.of(DataTypes.CalendarIntervalType)).isEmpty();
    }

    @Test
    void columnsAreChosen() {
        List<Sample> two = List.of(
                new Sample(DataTypes.LongType, List.<Object>of(1L, 2L)),
                new Sample(DataTypes.StringType, List.<Object>of(Sample.text("a"), Sample.text("b"))));
        ArrowRows rows = new ArrowRows(
                List.of(1, 0, 1),
                List.of(DataTypes.StringType, DataTypes.LongType, DataTypes.StringType),
                batchesRead,
                rowsMade);
        List<Sample> expected = List.of(two.get(1), two.get(0), two.get(1));
        assertThat(copies(rows.of(
                        CollectionConverters.asScala(List.of(columns(two)).iterator()))))
                .isEqualTo(sparks(expected.stream().map(Sample::type).toList(), columns(expected)));
    }

    /** As `mapInArrow` may return, where its types are not checked. */
    @Test
    void batchesOfOtherTypesAreReadAsBySpark() {
        Sample numbers = new Sample(DataTypes.LongType, List.<Object>of(1L, 2L));
        Sample dates = new Sample(DataTypes.DateType, List.<Object>of(1, 2));
        Sample shorter = new Sample(
                Sample.decimal(20, 2), Sample.ofEachType().get(9).part(0, 0).values());
        Sample none = new Sample(DataTypes.NullType, Arrays.asList(null, null));
        ArrowRows rows = new ArrowRows(List.of(0), List.of(DataTypes.IntegerType), batchesRead, rowsMade);
        List<UnsafeRow> made = copies(rows.of(CollectionConverters.asScala(
                List.of(columns(List.of(dates)), columns(List.of(none)), columns(List.of(dates)))
                        .iterator())));
        assertThat(made.stream().map(row -> row.isNullAt(0) ? null : row.getInt(0)))
                .containsExactly(1, 2, null, null, 1, 2);
        assertThat(RowField.of(DataTypes.IntegerType).orElseThrow().reads(column(dates)))
                .isTrue();
        assertThat(RowField.of(DataTypes.IntegerType).orElseThrow().reads(column(numbers)))
                .isFalse();
        assertThat(RowField.of(DataTypes.IntegerType).orElseThrow().reads(column(none)))
                .isFalse();
        assertThat(RowField.of(Sample.decimal(22, 2)).orElseThrow().reads(column(shorter)))
                .isFalse();
        assertThat(RowField.of(DataTypes.BinaryType)
                        .orElseThrow()
                        .reads(column(new Sample(DataTypes.StringType, List.of()))))
                .isFalse();
    }

    @Test
    void batchesAndRowsAreCounted() {
        Sample numbers = new Sample(DataTypes.LongType, List.<Object>of(1L)).times(1000);
        ArrowRows rows = new ArrowRows(List.of(0), List.of(DataTypes.LongType), batchesRead, rowsMade);
        copies(rows.of(CollectionConverters.asScala(
                List.of(columns(List.of(numbers)), columns(List.of(numbers))).iterator())));
        assertThat(batchesRead.value()).isEqualTo(2);
        assertThat(rowsMade.value()).isEqualTo(2000);
    }

    private ArrowColumn column(Sample sample) {
        return (ArrowColumn) columns(List.of(sample)).column(0);
    }

    private void assertAsSparks(List<Sample> samples) {
        ColumnarBatch batch = columns(samples);
        List<DataType> types = samples.stream().map(Sample::type).toList();
        ArrowRows rows = new ArrowRows(IntStream.range(0, types.size()).boxed().toList(), types, batchesRead, rowsMade);
        List<UnsafeRow> made = copies(
                rows.of(CollectionConverters.asScala(List.of(batch, batch).iterator())));
        List<UnsafeRow> expected = sparks(types, batch);
        assertThat(made).hasSize(2 * expected.size());
        assertThat(made.subList(0, expected.size())).isEqualTo(expected);
        assertThat(made.subList(expected.size(), made.size())).isEqualTo(expected);
    }

    private static List<UnsafeRow> sparks(List<DataType> types, ColumnarBatch batch) {
        List<Expression> fields = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            fields.add(new BoundReference(i, types.get(i), true));
        }
        UnsafeProjection projection = InterpretedUnsafeProjection$.MODULE$.createProjection(
                CollectionConverters.asScala(fields).toSeq());
        List<UnsafeRow> rows = new ArrayList<>();
        batch.rowIterator()
                .forEachRemaining(row -> rows.add(projection.apply(row).copy()));
        return rows;
    }

    private static List<UnsafeRow> copies(scala.collection.Iterator<InternalRow> rows) {
        List<UnsafeRow> copies = new ArrayList<>();
        while (rows.hasNext()) {
            copies.add(((UnsafeRow) rows.next()).copy());
        }
        assertThat(rows.hasNext()).isFalse();
        return copies;
    }

    private ColumnarBatch columns(List<Sample> samples) {
        List<ColumnVector> columns = new ArrayList<>();
        for (Sample sample : samples) {
            BatchLayout layout = new BatchLayout(sample.schema(), "UTC", false, Integer.MAX_VALUE, Long.MAX_VALUE);
            try (BatchWriter writer = layout.begin(allocator)) {
                sample.rows().forEach(row -> writer.append(row, 1));
                ArrowBatch batch = writer.finish();
                batches.add(batch);
                FieldVector vector = batch.columns().get(0);
                columns.add(ArrowColumn.of(vector, 0));
            }
        }
        return new ColumnarBatch(
                columns.toArray(ColumnVector[]::new), samples.get(0).values().size());
    }
}
