package io.pyjob.executor.sql;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.spark.sql.catalyst.types.PhysicalDataType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.sql.vectorized.ArrowColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * An Arrow vector, or rows of it, as one of Spark's column vectors.
 *
 * <p>Reads flat values straight from memory, where Spark's own {@link ArrowColumnVector} goes through two more objects for
 * each; nested ones are that class's. Does not own the vector: closing it does nothing, and nothing of it may be used
 * after the vector was closed.
 */
public final class ArrowColumn extends ColumnVector {
    private static final int LONG_DIGITS = 18;

    private final FieldVector vector;
    private final int start;
    private final long validity;
    private final long data;
    private final long offsets;
    private final boolean wide;
    private final int precision;
    private final int scale;
    private final @Nullable ArrowColumnVector nested;

    private ArrowColumn(FieldVector vector, DataType type, int start) {
        super(type);
        this.vector = vector;
        this.start = start;
        boolean flat = isFlat(vector);
        boolean hasBytes = vector instanceof BaseVariableWidthVector || vector instanceof BaseLargeVariableWidthVector;
        validity = flat && vector.getNullCount() > 0 ? vector.getValidityBufferAddress() : 0;
        data = flat ? vector.getDataBufferAddress() : 0;
        offsets = hasBytes ? vector.getOffsetBufferAddress() : 0;
        wide = vector instanceof BaseLargeVariableWidthVector;
        precision = type instanceof DecimalType decimal ? decimal.precision() : 0;
        scale = type instanceof DecimalType decimal ? decimal.scale() : 0;
        nested = flat ? null : new ArrowColumnVector(vector);
    }

    /** The rows of a vector from `start` on, which is 0 unless the vector {@linkplain #isFlat is flat}. */
    static ArrowColumn of(FieldVector vector, int start) {
        return new ArrowColumn(vector, ArrowUtils.fromArrowField(vector.getField()), start);
    }

    /** The column itself, unless Spark's own class has an Arrow vector in it: that refuses to read many at once if one is null. */
    static ColumnVector of(ColumnVector column) {
        return column.getClass() == ArrowColumnVector.class
                        && ((ArrowColumnVector) column).getValueVector() instanceof FieldVector vector
                        && isFlat(vector)
                ? of(vector, 0)
                : column;
    }

    /** Whether values are found by address, so that rows from the middle need no other vector. */
    static boolean isFlat(FieldVector vector) {
        return vector instanceof BaseVariableWidthVector
                || vector instanceof BaseLargeVariableWidthVector
                || (vector instanceof BaseFixedWidthVector && !(vector instanceof IntervalMonthDayNanoVector));
    }

    /** Whether values of a type are found where those of another are asked for: they have the same form, or are null. */
    static boolean canBeRead(DataType actual, DataType wanted) {
        DataType stored = wanted instanceof UserDefinedType<?> users ? users.sqlType() : wanted;
        return actual instanceof NullType
                || PhysicalDataType.apply(actual).getClass()
                        == PhysicalDataType.apply(stored).getClass();
    }

    FieldVector vector() {
        return vector;
    }

    /** Where the value of a row is, of values that have that many bytes. */
    long data(int row, int width) {
        return data + (long) (start + row) * width;
    }

    /** Where the bytes of a row's string or binary value are. */
    long bytes(int row) {
        return data + offset(row);
    }

    /** How many those are. */
    int length(int row) {
        return (int) (offset(row + 1) - offset(row));
    }

    private ArrowColumnVector nested() {
        if (nested == null) {
            throw new UnsupportedOperationException(dataType() + " has no parts");
        }
        return nested;
    }

    @Override
    public void close() {
        // The batch's owner closes the vector, and knows when.
    }

    @Override
    public boolean hasNull() {
        return nested != null ? nested.hasNull() : validity != 0;
    }

    @Override
    public int numNulls() {
        return vector.getNullCount();
    }

    @Override
    public boolean isNullAt(int row) {
        return nested != null ? nested.isNullAt(row) : validity != 0 && !Validity.get(validity, start + row);
    }

    @Override
    public boolean getBoolean(int row) {
        return Validity.get(data, start + row);
    }

    @Override
    public byte getByte(int row) {
        return Platform.getByte(null, data + start + row);
    }

    @Override
    public short getShort(int row) {
        return Platform.getShort(null, data + (long) (start + row) * Short.BYTES);
    }

    @Override
    public int getInt(int row) {
        return Platform.getInt(null, data + (long) (start + row) * Integer.BYTES);
    }

    @Override
    public long getLong(int row) {
        return Platform.getLong(null, data + (long) (start + row) * Long.BYTES);
    }

    @Override
    public float getFloat(int row) {
        return Platform.getFloat(null, data + (long) (start + row) * Float.BYTES);
    }

    @Override
    public double getDouble(int row) {
        return Platform.getDouble(null, data + (long) (start + row) * Double.BYTES);
    }

    @Override
    public @Nullable Decimal getDecimal(int row, int wantedPrecision, int wantedScale) {
        if (isNullAt(row)) {
            return null;
        }
        long at = data(row, 2 * Long.BYTES);
        long low = Platform.getLong(null, at);
        if (precision <= LONG_DIGITS && precision == wantedPrecision && scale == wantedScale) {
            return Decimal.createUnsafe(low, precision, scale);
        }
        BigInteger high = BigInteger.valueOf(Platform.getLong(null, at + Long.BYTES));
        BigInteger unscaled = high.shiftLeft(Long.SIZE).or(unsigned(low));
        return Decimal.apply(new BigDecimal(unscaled, scale), wantedPrecision, wantedScale);
    }

    private static BigInteger unsigned(long value) {
        BigInteger low = BigInteger.valueOf(value & Long.MAX_VALUE);
        return value < 0 ? low.setBit(Long.SIZE - 1) : low;
    }

    @Override
    public @Nullable UTF8String getUTF8String(int row) {
        if (isNullAt(row)) {
            return null;
        }
        return UTF8String.fromAddress(null, bytes(row), length(row));
    }

    @Override
    public byte @Nullable [] getBinary(int row) {
        if (isNullAt(row)) {
            return null;
        }
        byte[] value = new byte[length(row)];
        Platform.copyMemory(null, bytes(row), value, Platform.BYTE_ARRAY_OFFSET, value.length);
        return value;
    }

    private long offset(int row) {
        long index = (long) start + row;
        return wide
                ? Platform.getLong(null, offsets + index * Long.BYTES)
                : Platform.getInt(null, offsets + index * Integer.BYTES);
    }

    @Override
    public @Nullable ColumnarArray getArray(int row) {
        return nested().getArray(row);
    }

    @Override
    public @Nullable ColumnarMap getMap(int row) {
        return nested().getMap(row);
    }

    @Override
    public CalendarInterval getInterval(int row) {
        return nested().getInterval(row);
    }

    @Override
    public ColumnVector getChild(int ordinal) {
        return nested().getChild(ordinal);
    }
}
