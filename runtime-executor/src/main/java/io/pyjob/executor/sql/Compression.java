package io.pyjob.executor.sql;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.spark.sql.execution.arrow.ArrowCompressionUtils;
import org.apache.spark.sql.internal.SQLConf;

/**
 * How batches are sent.
 *
 * @param codec as spark.sql.execution.arrow.compression.codec has it
 */
record Compression(String codec, int zstdLevel) implements Serializable {
    static Compression of(SQLConf conf) {
        return new Compression(conf.arrowCompressionCodec(), conf.arrowZstdCompressionLevel());
    }

    private CompressionCodec make() {
        return ArrowCompressionUtils.createCompressionCodec(codec, zstdLevel);
    }

    /** Columns side by side. They may be closed before the result is. */
    ArrowRecordBatch columns(List<FieldVector> columns, int rows) {
        VectorSchemaRoot root = new VectorSchemaRoot(columns);
        root.setRowCount(rows);
        return new VectorUnloader(root, true, make(), true).getRecordBatch();
    }

    /**
     * Columns as the fields of one column of structs, none of which is null. They may be closed before the result is.
     *
     * @param allocator any: it gives an empty buffer
     */
    ArrowRecordBatch struct(List<FieldVector> fields, int rows, BufferAllocator allocator) {
        try (ArrowRecordBatch inner = columns(fields, rows)) {
            List<ArrowFieldNode> nodes = new ArrayList<>();
            nodes.add(new ArrowFieldNode(rows, 0));
            nodes.addAll(inner.getNodes());
            List<ArrowBuf> buffers = new ArrayList<>();
            buffers.add(allocator.getEmpty());
            buffers.addAll(inner.getBuffers());
            return new ArrowRecordBatch(rows, nodes, buffers, inner.getBodyCompression(), true);
        }
    }
}
