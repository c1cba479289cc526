package io.pyjob.executor.sql;

import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Strings and binary values: their bytes one after the other, and where each ends. */
abstract sealed class BytesWriter extends ColumnWriter {
    /** Room for values of that many bytes to begin with. */
    private static final int EXPECTED = 16;

    private final boolean text;
    private final Validity validity;
    private long data;
    private long offsets;
    private long capacity;
    private int rowCapacity;
    private long end;
    private int rows;

    private BytesWriter(boolean text, long validity) {
        this.text = text;
        this.validity = new Validity(validity);
    }

    static BytesWriter of(FieldVector vector, int rows, boolean text) {
        if (vector instanceof BaseLargeVariableWidthVector large) {
            large.allocateNew((long) rows * EXPECTED, rows);
            return new Large(large, text);
        }
        BaseVariableWidthVector small = (BaseVariableWidthVector) vector;
        small.allocateNew((long) rows * EXPECTED, rows);
        return new Small(small, text);
    }

    abstract void growData(long wanted);

    abstract void growRows();

    abstract void putOffset(long at, int index, long offset);

    final void located(FieldVector vector, int rowsToHold) {
        validity.moved(vector.getValidityBufferAddress());
        data = vector.getDataBufferAddress();
        offsets = vector.getOffsetBufferAddress();
        capacity = vector.getDataBuffer().capacity();
        rowCapacity = rowsToHold;
    }

    @Override
    final void append(SpecializedGetters row, int ordinal) {
        if (row.isNullAt(ordinal)) {
            addNull();
        } else if (text) {
            add(row.getUTF8String(ordinal));
        } else {
            add(row.getBinary(ordinal));
        }
    }

    @Override
    final void append(ColumnarBatch batch, int column, int start, int count) {
        ColumnVector from = batch.column(column);
        boolean nulls = from.hasNull();
        for (int i = start; i < start + count; i++) {
            if (nulls && from.isNullAt(i)) {
                addNull();
            } else if (text) {
                add(from.getUTF8String(i));
            } else {
                add(from.getBinary(i));
            }
        }
    }

    private void add(UTF8String value) {
        add(value.getBaseObject(), value.getBaseOffset(), value.numBytes());
    }

    private void add(byte[] value) {
        add(value, Platform.BYTE_ARRAY_OFFSET, value.length);
    }

    private void add(Object base, long offset, int length) {
        int index = next();
        long from = end;
        end = from + length;
        if (end > capacity) {
            growData(end);
        }
        Platform.copyMemory(base, offset, null, data + from, length);
        putOffset(offsets, index + 1, end);
        validity.addValue(index);
    }

    private void addNull() {
        int index = next();
        putOffset(offsets, index + 1, end);
        validity.addNull(index);
    }

    private int next() {
        if (rows == rowCapacity) {
            growRows();
        }
        return rows++;
    }

    @Override
    final int width() {
        return 0;
    }

    @Override
    final long bytes() {
        return end + (long) rows * Integer.BYTES;
    }

    @Override
    final void finish() {
        putOffset(offsets, 0, 0);
        validity.finish(rows);
        finish(rows);
    }

    abstract void finish(int rowsWritten);

    /** The usual one: up to 2 GiB of bytes. */
    private static final class Small extends BytesWriter {
        private final BaseVariableWidthVector vector;

        Small(BaseVariableWidthVector vector, boolean text) {
            super(text, vector.getValidityBufferAddress());
            this.vector = vector;
            located(vector, vector.getValueCapacity());
        }

        @Override
        void growData(long wanted) {
            // Arrow refuses more than 2 GiB in its own words.
            vector.reallocDataBuffer(Math.max(wanted, 2 * vector.getDataBuffer().capacity()));
            located(vector, vector.getValueCapacity());
        }

        @Override
        void growRows() {
            vector.reallocValidityAndOffsetBuffers();
            located(vector, vector.getValueCapacity());
        }

        @Override
        void putOffset(long at, int index, long offset) {
            Platform.putInt(null, at + (long) index * Integer.BYTES, (int) offset);
        }

        @Override
        void finish(int rowsWritten) {
            vector.setLastSet(rowsWritten - 1);
            vector.setValueCount(rowsWritten);
        }
    }

    /** With spark.sql.execution.arrow.useLargeVarTypes. */
    private static final class Large extends BytesWriter {
        private final BaseLargeVariableWidthVector vector;

        Large(BaseLargeVariableWidthVector vector, boolean text) {
            super(text, vector.getValidityBufferAddress());
            this.vector = vector;
            located(vector, vector.getValueCapacity());
        }

        @Override
        void growData(long wanted) {
            while (vector.getDataBuffer().capacity() < wanted) {
                vector.reallocDataBuffer();
            }
            located(vector, vector.getValueCapacity());
        }

        @Override
        void growRows() {
            vector.reallocValidityAndOffsetBuffers();
            located(vector, vector.getValueCapacity());
        }

        @Override
        void putOffset(long at, int index, long offset) {
            Platform.putLong(null, at + (long) index * Long.BYTES, offset);
        }

        @Override
        void finish(int rowsWritten) {
            vector.setLastSet(rowsWritten - 1);
            vector.setValueCount(rowsWritten);
        }
    }
}
