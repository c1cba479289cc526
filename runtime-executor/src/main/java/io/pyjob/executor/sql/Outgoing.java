package io.pyjob.executor.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Bytes on their way to a worker. Those of Arrow's buffers are not copied: they must stay until this is closed.
 *
 * <p>Arrow writes what it serializes to a channel that waits until all is written; ours may be full for a while. So this
 * poses as a channel, and remembers what it is given.
 */
final class Outgoing implements AutoCloseable {
    private final ByteBuffer[] pieces;
    private final Runnable sent;
    private final long size;
    private int next;

    private Outgoing(List<ByteBuffer> pieces, Runnable sent) {
        this.pieces = pieces.toArray(ByteBuffer[]::new);
        this.sent = sent;
        size = pieces.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    static Outgoing bytes(byte[] bytes) {
        return new Outgoing(List.of(ByteBuffer.wrap(bytes)), () -> {});
    }

    /** The beginning of a stream. */
    static Outgoing schema(Schema schema) {
        return serialized(channel -> MessageSerializer.serialize(channel, schema), () -> {});
    }

    /** A batch, which is closed when it has been sent. */
    static Outgoing batch(ArrowRecordBatch batch) {
        return serialized(channel -> MessageSerializer.serialize(channel, batch), batch::close);
    }

    /** The end of a stream, and what Spark sends after it. */
    static Outgoing end(int afterStream) {
        return serialized(
                channel -> {
                    channel.writeIntLittleEndian(MessageSerializer.IPC_CONTINUATION_TOKEN);
                    channel.writeIntLittleEndian(0);
                    channel.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, afterStream));
                },
                () -> {});
    }

    /** All of these, one after the other. */
    static Outgoing together(List<Outgoing> parts) {
        List<ByteBuffer> pieces = new ArrayList<>();
        parts.forEach(part -> pieces.addAll(List.of(part.pieces)));
        return new Outgoing(pieces, () -> parts.forEach(Outgoing::close));
    }

    private interface Serialization {
        void to(WriteChannel channel) throws IOException;
    }

    private static Outgoing serialized(Serialization serialization, Runnable sent) {
        Pieces pieces = new Pieces();
        try {
            serialization.to(new WriteChannel(pieces));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing is written yet
        }
        return new Outgoing(pieces.kept, sent);
    }

    /** In bytes. */
    long size() {
        return size;
    }

    /** Writes what the channel takes. True when all is written. */
    boolean writeTo(GatheringByteChannel channel) throws IOException {
        while (next < pieces.length) {
            if (!pieces[next].hasRemaining()) {
                next++;
            } else if (channel.write(pieces, next, pieces.length - next) == 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        sent.run();
    }

    private static final class Pieces implements WritableByteChannel {
        private final List<ByteBuffer> kept = new ArrayList<>();

        @Override
        public int write(ByteBuffer piece) {
            int length = piece.remaining();
            if (length > 0) {
                // Of small ones, as for padding, Arrow may use the memory again.
                kept.add(piece.isDirect() ? piece.duplicate() : copy(piece));
                piece.position(piece.limit());
            }
            return length;
        }

        private static ByteBuffer copy(ByteBuffer piece) {
            return ByteBuffer.allocate(piece.remaining()).put(piece.duplicate()).flip();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }
}
