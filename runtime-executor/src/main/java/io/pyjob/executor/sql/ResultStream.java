package io.pyjob.executor.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A stream of Arrow batches from a worker. Each batch has memory of its own, which is read from the connection without
 * another copy; Arrow's own reader has one batch at a time, and needs three copies.
 */
final class ResultStream {
    private static final int DECIMAL_BITS = 128;
    private static final int PREFIX = 2 * Integer.BYTES;

    private final WorkerConversation worker;
    private final BufferAllocator allocator;
    private final Schema schema;
    private long bytesRead;

    private ResultStream(WorkerConversation worker, BufferAllocator allocator, Schema schema, long bytesRead) {
        this.worker = worker;
        this.allocator = allocator;
        this.schema = schema;
        this.bytesRead = bytesRead;
    }

    /** Reads its beginning. */
    static ResultStream open(WorkerConversation worker, BufferAllocator allocator) throws IOException {
        Message message = message(worker).orElseThrow(() -> new IOException("an Arrow stream without a schema"));
        Schema schema = MessageSerializer.deserializeSchema(message);
        for (Field field : schema.getFields()) {
            check(field);
        }
        return new ResultStream(worker, allocator, schema, 0);
    }

    private static void check(Field field) {
        if (field.getDictionary() != null) {
            throw new UnsupportedOperationException(
                    "column " + field.getName() + " of the function's result is dictionary-encoded,"
                            + " which Spark does not read: return plain values");
        }
        // Arrow's and Spark's classes take these for 128 bits, too, and would read past the end.
        if (field.getType() instanceof ArrowType.Decimal decimal && decimal.getBitWidth() != DECIMAL_BITS) {
            throw new UnsupportedOperationException(
                    "column " + field.getName() + " of the function's result has decimals of " + decimal.getBitWidth()
                            + " bits, which Spark does not read: return decimal128");
        }
        for (Field child : field.getChildren()) {
            check(child);
        }
    }

    /** In bytes, since the beginning. */
    long bytesRead() {
        return bytesRead;
    }

    /** The next batch, which is the caller's; empty at the end of the stream. */
    Optional<ArrowBatch> next() throws IOException {
        Optional<Message> message = message(worker);
        if (message.isEmpty()) {
            return Optional.empty();
        }
        if (message.get().headerType() != MessageHeader.RecordBatch) {
            throw new IOException("a message of type "
                    + MessageHeader.name(message.get().headerType()) + " in an Arrow stream of batches");
        }
        long length = message.get().bodyLength();
        ArrowBuf body = allocator.buffer(length);
        try {
            read(body, length);
        } catch (IOException | RuntimeException | Error e) {
            body.close();
            throw e;
        }
        bytesRead += length + message.get().getByteBuffer().capacity() + PREFIX;
        try (ArrowRecordBatch batch = MessageSerializer.deserializeRecordBatch(message.get(), body)) {
            return Optional.of(ArrowBatch.of(schema.getFields(), batch, allocator));
        }
    }

    private void read(ArrowBuf body, long length) throws IOException {
        for (long at = 0; at < length; at += Integer.MAX_VALUE) {
            worker.readFully(body.nioBuffer(at, (int) Math.min(Integer.MAX_VALUE, length - at)));
        }
    }

    private static Optional<Message> message(WorkerConversation worker) throws IOException {
        ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
        worker.readFully(prefix);
        int length = prefix.getInt(Integer.BYTES);
        if (prefix.getInt(0) != MessageSerializer.IPC_CONTINUATION_TOKEN) {
            throw new IOException("no Arrow stream: it begins with " + Integer.toHexString(prefix.getInt(0)));
        }
        if (length == 0) {
            return Optional.empty();
        }
        ByteBuffer metadata = ByteBuffer.allocate(length);
        worker.readFully(metadata);
        return Optional.of(Message.getRootAsMessage(metadata.flip().order(ByteOrder.LITTLE_ENDIAN)));
    }
}
