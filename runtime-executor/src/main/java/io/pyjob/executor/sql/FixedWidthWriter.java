package io.pyjob.executor.sql;

import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.unsafe.Platform;

/** Numbers, dates and times: each value is as many bytes. */
abstract sealed class FixedWidthWriter extends ColumnWriter {
    private final BaseFixedWidthVector vector;
    private final int width;
    private final Validity validity;
    private long data;
    private int capacity;
    private int rows;

    private FixedWidthWriter(BaseFixedWidthVector vector, int width, int rows) {
        this.vector = vector;
        this.width = width;
        vector.allocateNew(rows);
        capacity = vector.getValueCapacity();
        data = vector.getDataBufferAddress();
        validity = new Validity(vector.getValidityBufferAddress());
    }

    /** Writes a value that is not null. False if there is no such value in the column's type: it becomes a null. */
    abstract boolean write(SpecializedGetters row, int ordinal, int index, long address);

    /** Writes values of a column that is not Arrow's, from row `start` on; where it has nulls, anything. */
    abstract void write(ColumnVector from, int start, int count, int index, long address);

    @Override
    final void append(SpecializedGetters row, int ordinal) {
        int index = rows;
        if (index == capacity) {
            grow(index + 1);
        }
        if (!row.isNullAt(ordinal) && write(row, ordinal, index, data + (long) index * width)) {
            validity.addValue(index);
        } else {
            validity.addNull(index);
        }
        rows = index + 1;
    }

    @Override
    final void append(ColumnarBatch batch, int column, int start, int count) {
        ColumnVector from = ArrowColumn.of(batch.column(column));
        if (rows + count > capacity) {
            grow(rows + count);
        }
        validity.add(from, start, count, rows);
        long address = data + (long) rows * width;
        if (from instanceof ArrowColumn arrow) {
            Platform.copyMemory(null, arrow.data(start, width), null, address, (long) count * width);
        } else {
            write(from, start, count, rows, address);
        }
        rows += count;
    }

    /** For values that turn out to be nulls. */
    final void invalidate(int index) {
        validity.addNull(index);
    }

    private void grow(int wanted) {
        while (vector.getValueCapacity() < wanted) {
            vector.reAlloc();
        }
        capacity = vector.getValueCapacity();
        data = vector.getDataBufferAddress();
        validity.moved(vector.getValidityBufferAddress());
    }

    @Override
    final int width() {
        return width;
    }

    @Override
    final long bytes() {
        return (long) rows * width + (rows >> 3);
    }

    @Override
    final void finish() {
        validity.finish(rows);
        vector.setValueCount(rows);
    }

    static final class Bytes extends FixedWidthWriter {
        Bytes(BaseFixedWidthVector vector, int rows) {
            super(vector, Byte.BYTES, rows);
        }

        @Override
        boolean write(SpecializedGetters row, int ordinal, int index, long address) {
            Platform.putByte(null, address, row.getByte(ordinal));
            return true;
        }

        @Override
        void write(ColumnVector from, int start, int count, int index, long address) {
            byte[] values = from.getBytes(start, count);
            Platform.copyMemory(values, Platform.BYTE_ARRAY_OFFSET, null, address, count);
        }
    }

    static final class Shorts extends FixedWidthWriter {
        Shorts(BaseFixedWidthVector vector, int rows) {
            super(vector, Short.BYTES, rows);
        }

        @Override
        boolean write(SpecializedGetters row, int ordinal, int index, long address) {
            Platform.putShort(null, address, row.getShort(ordinal));
            return true;
        }

        @Override
        void write(ColumnVector from, int start, int count, int index, long address) {
            short[] values = from.getShorts(start, count);
            Platform.copyMemory(values, Platform.SHORT_ARRAY_OFFSET, null, address, (long) count * Short.BYTES);
        }
    }

    static final class Ints extends FixedWidthWriter {
        Ints(BaseFixedWidthVector vector, int rows) {
            super(vector, Integer.BYTES, rows);
        }

        @Override
        boolean write(SpecializedGetters row, int ordinal, int index, long address) {
            Platform.putInt(null, address, row.getInt(ordinal));
            return true;
        }

        @Override
        void write(ColumnVector from, int start, int count, int index, long address) {
            int[] values = from.getInts(start, count);
            Platform.copyMemory(values, Platform.INT_ARRAY_OFFSET, null, address, (long) count * Integer.BYTES);
        }
    }

    static final class Longs extends FixedWidthWriter {
        Longs(BaseFixedWidthVector vector, int rows) {
            super(vector, Long.BYTES, rows);
        }

        @Override
        boolean write(SpecializedGetters row, int ordinal, int index, long address) {
            Platform.putLong(null, address, row.getLong(ordinal));
            return true;
        }

        @Override
        void write(ColumnVector from, int start, int count, int index, long address) {
            long[] values = from.getLongs(start, count);
            Platform.copyMemory(values, Platform.LONG_ARRAY_OFFSET, null, address, (long) count * Long.BYTES);
        }
    }

    static final class Floats extends FixedWidthWriter {
        Floats(BaseFixedWidthVector vector, int rows) {
            super(vector, Float.BYTES, rows);
        }

        @Override
        boolean write(SpecializedGetters row, int ordinal, int index, long address) {
            Platform.putFloat(null, address, row.getFloat(ordinal));
            return true;
        }

        @Override
        void write(ColumnVector from, int start, int count, int index, long address) {
            float[] values = from.getFloats(start, count);
            Platform.copyMemory(values, Platform.FLOAT_ARRAY_OFFSET, null, address, (long) count * Float.BYTES);
        }
    }

    static final class Doubles extends FixedWidthWriter {
        Doubles(BaseFixedWidthVector vector, int rows) {
            super(vector, Double.BYTES, rows);
        }

        @Override
        boolean write(SpecializedGetters row, int ordinal, int index, long address) {
            Platform.putDouble(null, address, row.getDouble(ordinal));
            return true;
        }

        @Override
        void write(ColumnVector from, int start, int count, int index, long address) {
            double[] values = from.getDoubles(start, count);
            Platform.copyMemory(values, Platform.DOUBLE_ARRAY_OFFSET, null, address, (long) count * Double.BYTES);
        }
    }

    /** Arrow's are of 16 bytes, whatever their precision. */
    static final class Decimals extends FixedWidthWriter {
        private final DecimalVector vector;
        private final int precision;
        private final int scale;

        Decimals(DecimalVector vector, int rows, DecimalType type) {
            super(vector, DecimalVector.TYPE_WIDTH, rows);
            this.vector = vector;
            precision = type.precision();
            scale = type.scale();
        }

        @Override
        boolean write(SpecializedGetters row, int ordinal, int index, long address) {
            return write(row.getDecimal(ordinal, precision, scale), index, address);
        }

        @Override
        void write(ColumnVector from, int start, int count, int index, long address) {
            boolean nulls = from.hasNull();
            for (int i = 0; i < count; i++) {
                if (nulls && from.isNullAt(start + i)) {
                    continue;
                }
                Decimal value = from.getDecimal(start + i, precision, scale);
                if (!write(value, index + i, address + (long) i * DecimalVector.TYPE_WIDTH)) {
                    invalidate(index + i);
                }
            }
        }

        private boolean write(Decimal value, int index, long address) {
            if (!value.changePrecision(precision, scale)) {
                return false;
            }
            if (precision <= Decimal.MAX_LONG_DIGITS()) {
                long unscaled = value.toUnscaledLong();
                Platform.putLong(null, address, unscaled);
                Platform.putLong(null, address + Long.BYTES, unscaled >> 63);
            } else {
                vector.set(index, value.toJavaBigDecimal());
            }
            return true;
        }
    }
}
