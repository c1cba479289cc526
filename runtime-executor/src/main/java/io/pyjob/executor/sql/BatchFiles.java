package io.pyjob.executor.sql;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.SparkEnv;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.serializer.SerializerManager;
import org.apache.spark.storage.DiskBlockManager;

/** Batches in files of a task's own: where Spark has its own such files, and encrypted if those are. */
final class BatchFiles {
    private final DiskBlockManager files;
    private final SerializerManager encryption;
    private final TaskMetrics metrics;
    private final BufferAllocator allocator;

    BatchFiles(DiskBlockManager files, SerializerManager encryption, TaskMetrics metrics, BufferAllocator allocator) {
        this.files = files;
        this.encryption = encryption;
        this.metrics = metrics;
        this.allocator = allocator;
    }

    static BatchFiles of(SparkEnv env, TaskMetrics metrics, BufferAllocator allocator) {
        return new BatchFiles(env.blockManager().diskBlockManager(), env.serializerManager(), metrics, allocator);
    }

    /** Writes a batch, which stays the caller's. */
    Stored store(ArrowBatch batch) throws IOException {
        File file = files.createTempLocalBlock()._2();
        VectorSchemaRoot root = new VectorSchemaRoot(batch.columns());
        root.setRowCount(batch.rows());
        try (ArrowRecordBatch content = new VectorUnloader(root).getRecordBatch();
                OutputStream out =
                        encryption.wrapForEncryption(new BufferedOutputStream(Files.newOutputStream(file.toPath())));
                WriteChannel channel = new WriteChannel(Channels.newChannel(out))) {
            MessageSerializer.serialize(channel, content);
        }
        metrics.incMemoryBytesSpilled(batch.bytes());
        metrics.incDiskBytesSpilled(file.length());
        return new Stored(
                file, batch.columns().stream().map(FieldVector::getField).toList());
    }

    /** A batch in a file. */
    final class Stored {
        private final File file;
        private final List<Field> fields;

        private Stored(File file, List<Field> fields) {
            this.file = file;
            this.fields = fields;
        }

        /** Reads it, and deletes the file. */
        ArrowBatch load() throws IOException {
            try (InputStream in =
                            encryption.wrapForEncryption(new BufferedInputStream(Files.newInputStream(file.toPath())));
                    ReadChannel channel = new ReadChannel(Channels.newChannel(in));
                    ArrowRecordBatch content = MessageSerializer.deserializeRecordBatch(channel, allocator)) {
                return ArrowBatch.of(fields, content, allocator);
            } finally {
                delete();
            }
        }

        void delete() {
            if (!file.delete()) {
                file.deleteOnExit(); // it is in the pod's own volume, which goes with the pod
            }
        }
    }
}
