package io.pyjob.executor.sql;

import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.execution.arrow.ArrowFieldWriter;
import org.apache.spark.sql.execution.arrow.ArrowWriter$;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Arrays, maps, structs, and whatever else Spark's own writer knows. */
final class NestedWriter extends ColumnWriter {
    /** What is in arrays and the like has no size that is quick to tell: Arrow is asked again after as many rows. */
    private static final int ROWS_BETWEEN_LOOKS = 32;

    private final ArrowFieldWriter writer;
    private long lastBytes;
    private int lastLook;

    NestedWriter(FieldVector vector) {
        vector.allocateNew();
        writer = ArrowWriter$.MODULE$.createFieldWriter(vector);
    }

    @Override
    void append(SpecializedGetters row, int ordinal) {
        writer.write(row, ordinal);
    }

    @Override
    void append(ColumnarBatch batch, int column, int start, int count) {
        for (int i = start; i < start + count; i++) {
            InternalRow row = batch.getRow(i);
            writer.write(row, column);
        }
    }

    @Override
    int width() {
        return 0;
    }

    @Override
    long bytes() {
        int rows = writer.count();
        if (rows - lastLook >= ROWS_BETWEEN_LOOKS || rows < ROWS_BETWEEN_LOOKS) {
            lastLook = rows;
            lastBytes = writer.getSizeInBytes();
        }
        return lastBytes;
    }

    @Override
    void finish() {
        writer.finish();
    }
}
