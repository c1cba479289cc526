package io.pyjob.executor.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;

/** Columns of as many rows. Whoever has it closes it. */
record ArrowBatch(List<FieldVector> columns, int rows) implements AutoCloseable {
    ArrowBatch {
        columns = List.copyOf(columns);
    }

    /** What was read. */
    static ArrowBatch of(List<Field> fields, ArrowRecordBatch content, BufferAllocator allocator) {
        List<FieldVector> vectors = new ArrayList<>();
        try {
            for (Field field : fields) {
                vectors.add(field.createVector(allocator));
            }
            new VectorLoader(new VectorSchemaRoot(fields, vectors, 0)).load(content);
        } catch (RuntimeException | Error e) {
            vectors.forEach(FieldVector::close);
            throw e;
        }
        return new ArrowBatch(vectors, content.getLength());
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
