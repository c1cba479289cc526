package io.pyjob.executor.sql;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.InterpretedUnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.execution.RowToColumnConverter;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimeType;
import org.apache.spark.sql.types.VariantType$;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.unsafe.types.VariantVal;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** A column of some values, in the form that Spark has inside. */
record Sample(DataType type, List<@Nullable Object> values) {

    /** One of each type that there is in Arrow, without nulls. */
    static List<Sample> ofEachType() {
        StructType struct = new StructType()
                .add("a", DataTypes.IntegerType)
                .add("b", DataTypes.StringType)
                .add("c", DataTypes.createArrayType(DataTypes.DoubleType));
        return List.of(
                of(DataTypes.BooleanType, true, false, false, true, true),
                of(DataTypes.ByteType, (byte) 1, Byte.MIN_VALUE, (byte) 0, Byte.MAX_VALUE),
                of(DataTypes.ShortType, (short) 1, Short.MIN_VALUE, (short) 0, Short.MAX_VALUE),
                of(DataTypes.IntegerType, 1, Integer.MIN_VALUE, 0, Integer.MAX_VALUE),
                of(DataTypes.LongType, 1L, Long.MIN_VALUE, 0L, Long.MAX_VALUE),
                of(DataTypes.FloatType, 1.5f, Float.NaN, -0f, Float.NEGATIVE_INFINITY, Float.MIN_VALUE),
                of(DataTypes.DoubleType, 1.5, Double.NaN, -0d, Double.POSITIVE_INFINITY, Double.MIN_VALUE),
                ofDecimals(7, 2, "0.01", "-12345.67", "99999.99"),
                ofDecimals(18, 0, "999999999999999999", "-999999999999999999", "7"),
                ofDecimals(19, 3, "9999999999999999.999", "-9999999999999999.999", "0.001"),
                ofDecimals(38, 0, "9".repeat(38), "-" + "9".repeat(38), "18446744073709551616", "9223372036854775808"),
                of(DataTypes.StringType, text("a"), text(""), text("ä€😀"), text("long".repeat(500))),
                of(DataTypes.BinaryType, bytes("a"), bytes(""), new byte[] {0, -1}, bytes("long".repeat(500))),
                of(DataTypes.DateType, 0, -719162, 20_000),
                of(DataTypes.TimestampType, 0L, -1L, 1_700_000_000_000_000L),
                of(DataTypes.TimestampNTZType, 0L, -1L, 1_700_000_000_000_000L),
                of(new TimeType(6), 0L, 86_399_999_999_000L, 1_000L),
                of(DayTimeIntervalType.apply(), 0L, -1L, 86_400_000_000L),
                of(YearMonthIntervalType.apply(), 0, -1, 14),
                of(DataTypes.CalendarIntervalType, new CalendarInterval(1, -2, 3), new CalendarInterval(0, 0, 0)),
                of(
                        VariantType$.MODULE$,
                        new VariantVal(new byte[] {12, 1}, new byte[] {1, 0, 0}),
                        new VariantVal(new byte[] {0}, new byte[] {1, 0, 0})),
                of(DataTypes.createArrayType(DataTypes.IntegerType), array(1, null, 3), array(), array(4)),
                of(
                        DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.StringType)),
                        array(array(text("x"), null), null, array()),
                        array()),
                of(
                        DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType),
                        map(text("one"), 1L, text("none"), null),
                        map()),
                of(
                        struct,
                        new GenericInternalRow(new Object[] {1, text("x"), array(1.5, null)}),
                        new GenericInternalRow(new Object[] {null, text(""), null})),
                of(
                        DataTypes.createArrayType(struct),
                        array(new GenericInternalRow(new Object[] {7, null, array()}), null)));
    }

    private static Sample of(DataType type, Object... values) {
        return new Sample(type, List.of(values));
    }

    private static Sample ofDecimals(int precision, int scale, String... values) {
        return new Sample(
                DataTypes.createDecimalType(precision, scale),
                Stream.of(values)
                        .<@Nullable Object>map(
                                value -> Decimal.apply(new BigDecimal(value).setScale(scale), precision, scale))
                        .toList());
    }

    static UTF8String text(String value) {
        return UTF8String.fromString(value);
    }

    private static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private static GenericArrayData array(@Nullable Object... values) {
        return new GenericArrayData(values);
    }

    private static ArrayBasedMapData map(@Nullable Object... keysAndValues) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new ArrayBasedMapData(
                new GenericArrayData(map.keySet().toArray()),
                new GenericArrayData(map.values().toArray()));
    }

    /** That many values: these, again and again. */
    Sample times(int rows) {
        return new Sample(
                type,
                IntStream.range(0, rows)
                        .<@Nullable Object>mapToObj(i -> values.get(i % values.size()))
                        .toList());
    }

    /** The same with nulls in every place that is a multiple of `step`, from `first` on. */
    Sample withNulls(int first, int step) {
        List<@Nullable Object> some = new ArrayList<>(values);
        for (int i = first; i < some.size(); i += step) {
            some.set(i, null);
        }
        return new Sample(type, some);
    }

    /** Those from `start` on. */
    Sample part(int start, int end) {
        return new Sample(type, values.subList(start, end));
    }

    StructType schema() {
        return new StructType().add("c", type);
    }

    List<InternalRow> rows() {
        return values.stream()
                .<InternalRow>map(value -> new GenericInternalRow(new @Nullable Object[] {value}))
                .toList();
    }

    /** The values in vectors of Spark's own, which the caller closes. */
    ColumnarBatch in(WritableColumnVector... vectors) {
        RowToColumnConverter converter = new RowToColumnConverter(schema());
        rows().forEach(row -> converter.convert(row, vectors));
        ColumnVector[] columns = vectors;
        return new ColumnarBatch(columns, values.size());
    }

    /** What stands in a column, in a form that can be compared: bit by bit. */
    List<UnsafeRow> read(ColumnVector column, int rows) {
        return unsafe(new ColumnarBatch(new ColumnVector[] {column}, rows).rowIterator());
    }

    /** The values in that form. */
    List<UnsafeRow> expected() {
        return unsafe(rows().iterator());
    }

    private List<UnsafeRow> unsafe(java.util.Iterator<InternalRow> rows) {
        UnsafeProjection projection = InterpretedUnsafeProjection$.MODULE$.createProjection(
                CollectionConverters.asScala(List.<Expression>of(new BoundReference(0, type, true)))
                        .toSeq());
        List<UnsafeRow> copies = new ArrayList<>();
        rows.forEachRemaining(row -> copies.add(projection.apply(row).copy()));
        return copies;
    }

    /** For the names of tests. */
    @Override
    public String toString() {
        return type.simpleString();
    }

    static DecimalType decimal(int precision, int scale) {
        return DataTypes.createDecimalType(precision, scale);
    }
}
