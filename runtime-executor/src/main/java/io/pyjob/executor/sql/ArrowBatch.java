package io.pyjob.executor.sql;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** Columns of as many rows. Whoever has it closes it. */
record ArrowBatch(List<FieldVector> columns, int rows) implements AutoCloseable {
    ArrowBatch {
        columns = List.copyOf(columns);
    }

    /** How much memory it takes. */
    long bytes() {
        return columns.stream().mapToLong(FieldVector::getBufferSize).sum();
    }

    @Override
    public void close() {
        columns.forEach(FieldVector::close);
    }
}
