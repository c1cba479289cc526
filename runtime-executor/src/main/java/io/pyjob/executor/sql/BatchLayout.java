package io.pyjob.executor.sql;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;

/**
 * What a batch is made of: first the input's columns, then computed ones.
 *
 * @param columns of both, in that order
 * @param timeZone of timestamps with a zone
 * @param largeTypes whether strings and binary values have offsets of 64 bits
 * @param maxRows of a batch
 * @param maxBytes a batch that has as many takes no further row
 */
record BatchLayout(StructType columns, String timeZone, boolean largeTypes, int maxRows, long maxBytes)
        implements Serializable {
    /** Memory is asked for as many rows before the first has come. */
    private static final int FIRST_ROWS = 10_000;

    /** As a session's settings have it. */
    static BatchLayout of(StructType columns, SQLConf conf) {
        int maxRows = conf.arrowMaxRecordsPerBatch();
        return new BatchLayout(
                columns,
                conf.sessionLocalTimeZone(),
                conf.arrowUseLargeVarTypes(),
                maxRows > 0 ? maxRows : Integer.MAX_VALUE,
                conf.arrowMaxBytesPerBatch());
    }

    /** A batch that takes rows. */
    BatchWriter begin(BufferAllocator allocator) {
        return begin(allocator, Math.min(maxRows, FIRST_ROWS));
    }

    /** A batch that takes rows, with memory for so many to begin with. */
    BatchWriter begin(BufferAllocator allocator, int rows) {
        List<FieldVector> vectors = new ArrayList<>(columns.length());
        List<ColumnWriter> writers = new ArrayList<>(columns.length());
        try {
            for (StructField column : columns.fields()) {
                FieldVector vector = field(column).createVector(allocator);
                vectors.add(vector);
                writers.add(ColumnWriter.of(vector, column.dataType(), rows));
            }
        } catch (RuntimeException | Error e) {
            vectors.forEach(FieldVector::close);
            throw e;
        }
        return new BatchWriter(vectors, writers, maxRows, maxBytes);
    }

    private Field field(StructField column) {
        return ArrowUtils.toArrowField(column.name(), column.dataType(), true, timeZone, largeTypes, column.metadata());
    }
}
