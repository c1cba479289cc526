package io.pyjob.executor.sql;

import org.apache.arrow.vector.BitVector;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Arrow has eight of them in a byte. */
final class BooleanWriter extends ColumnWriter {
    private final BitVector vector;
    private final Validity validity;
    private long data;
    private int capacity;
    private int rows;

    BooleanWriter(BitVector vector, int rows) {
        this.vector = vector;
        vector.allocateNew(rows);
        capacity = vector.getValueCapacity();
        data = vector.getDataBufferAddress();
        validity = new Validity(vector.getValidityBufferAddress());
    }

    @Override
    void append(SpecializedGetters row, int ordinal) {
        boolean isNull = row.isNullAt(ordinal);
        add(isNull, !isNull && row.getBoolean(ordinal));
    }

    @Override
    void append(ColumnarBatch batch, int column, int start, int count) {
        ColumnVector from = batch.column(column);
        for (int i = start; i < start + count; i++) {
            boolean isNull = from.isNullAt(i);
            add(isNull, !isNull && from.getBoolean(i));
        }
    }

    private void add(boolean isNull, boolean value) {
        int index = rows++;
        if (index == capacity) {
            vector.reAlloc();
            capacity = vector.getValueCapacity();
            data = vector.getDataBufferAddress();
            validity.moved(vector.getValidityBufferAddress());
        }
        if (isNull) {
            validity.addNull(index);
        } else {
            validity.addValue(index);
        }
        if (value) {
            Validity.set(data, index);
        } else {
            Validity.clear(data, index);
        }
    }

    @Override
    int width() {
        return 1;
    }

    @Override
    long bytes() {
        return rows >> 2;
    }

    @Override
    void finish() {
        validity.finish(rows);
        vector.setValueCount(rows);
    }
}
