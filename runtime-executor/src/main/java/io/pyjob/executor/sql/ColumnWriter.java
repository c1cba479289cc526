package io.pyjob.executor.sql;

import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Fills one column of one batch.
 *
 * <p>Values come row by row, or in pieces of Spark's column vectors, which are copied whole where the layout allows. What
 * is written is a vector only after {@link #finish}.
 */
abstract sealed class ColumnWriter permits FixedWidthWriter, BooleanWriter, BytesWriter, NestedWriter {

    /**
     * @param vector empty, of the Arrow type that Spark has for `type`; remains its owner's
     * @param rows how many there will be, about
     */
    static ColumnWriter of(FieldVector vector, DataType type, int rows) {
        if (type instanceof BooleanType) {
            return new BooleanWriter((BitVector) vector, rows);
        }
        if (type instanceof ByteType) {
            return new FixedWidthWriter.Bytes((BaseFixedWidthVector) vector, rows);
        }
        if (type instanceof ShortType) {
            return new FixedWidthWriter.Shorts((BaseFixedWidthVector) vector, rows);
        }
        if (type instanceof IntegerType || type instanceof DateType || type instanceof YearMonthIntervalType) {
            return new FixedWidthWriter.Ints((BaseFixedWidthVector) vector, rows);
        }
        if (type instanceof LongType
                || type instanceof TimestampType
                || type instanceof TimestampNTZType
                || type instanceof DayTimeIntervalType) {
            return new FixedWidthWriter.Longs((BaseFixedWidthVector) vector, rows);
        }
        if (type instanceof FloatType) {
            return new FixedWidthWriter.Floats((BaseFixedWidthVector) vector, rows);
        }
        if (type instanceof DoubleType) {
            return new FixedWidthWriter.Doubles((BaseFixedWidthVector) vector, rows);
        }
        if (type instanceof DecimalType decimal) {
            return new FixedWidthWriter.Decimals((DecimalVector) vector, rows, decimal);
        }
        if (type instanceof StringType || type instanceof BinaryType) {
            return BytesWriter.of(vector, rows, type instanceof StringType);
        }
        return new NestedWriter(vector);
    }

    /** Adds one value of a row. */
    abstract void append(SpecializedGetters row, int ordinal);

    /** Adds values of a column, from row `start` on. */
    abstract void append(ColumnarBatch batch, int column, int start, int count);

    /** How many bytes each value has; 0 if that depends on the value. */
    abstract int width();

    /** How many bytes have been added, about. */
    abstract long bytes();

    /** The vector is whole. */
    abstract void finish();
}
