package io.pyjob.executor.sql;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.util.Optional;
import org.apache.spark.api.python.PythonWorker;
import org.jspecify.annotations.Nullable;

/**
 * Both directions of a worker's connection, on the thread of its task.
 *
 * <p>Everything happens in {@link #read}: while nothing has come from the worker, what there is to send is sent, and when
 * that is gone, more is asked for. So neither side ever waits for the other to read, and of the input there is only so
 * much under way as the connection holds.
 */
final class WorkerConversation extends InputStream {
    /** What is smaller is read together with what follows. */
    private static final int BUFFER = 32 << 10;

    /** What is to be sent. */
    interface Source {
        /** Whether the next is there, or the end. Whoever says no wakes up the worker's selector when it is. */
        default boolean ready() {
            return true;
        }

        /** The next; empty at the end. */
        Optional<Outgoing> next();
    }

    private final PythonWorker worker;
    private final Source source;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).limit(0);
    private @Nullable Outgoing sending;
    private boolean allSent;
    private @Nullable IOException notSent;

    WorkerConversation(PythonWorker worker, Source source) {
        this.worker = worker;
        this.source = source;
    }

    /** Waits until the buffer is full. */
    void readFully(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (buffer.hasRemaining()) {
                int count = Math.min(buffer.remaining(), target.remaining());
                target.put(target.position(), buffer, buffer.position(), count);
                target.position(target.position() + count);
                buffer.position(buffer.position() + count);
            } else if (target.remaining() >= BUFFER) {
                receive(target);
            } else {
                fill();
            }
        }
    }

    private void fill() throws IOException {
        buffer.clear();
        try {
            receive(buffer);
        } finally {
            buffer.flip();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!buffer.hasRemaining()) {
            try {
                fill();
            } catch (EOFException e) {
                return -1; // as a stream says it
            }
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
    }

    /** Waits until something has come, and goes on with sending meanwhile. */
    private void receive(ByteBuffer target) throws IOException {
        send();
        int read = worker.channel().read(target);
        while (read == 0) {
            worker.selector().selectedKeys().clear();
            worker.selector().select();
            if (Thread.currentThread().isInterrupted()) {
                // A channel that does not block would not say so; Spark makes a killed task of it.
                throw new ClosedByInterruptException();
            }
            if (worker.selectionKey().isReadable()) {
                read = worker.channel().read(target);
            }
            send();
        }
        if (read < 0) {
            EOFException end = new EOFException("the Python worker has closed its connection");
            if (notSent != null) {
                end.addSuppressed(notSent);
            }
            throw end;
        }
    }

    private void send() throws IOException {
        while (!allSent) {
            if (sending == null) {
                if (!source.ready()) {
                    worker.selectionKey().interestOps(SelectionKey.OP_READ);
                    return;
                }
                sending = source.next().orElse(null);
                if (sending == null) {
                    sentAll();
                    return;
                }
            }
            try {
                if (!sending.writeTo(worker.channel())) {
                    worker.selectionKey().interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                // The worker has gone. What it said before, such as why, is still to be read.
                notSent = e;
                sentAll();
            }
            sending.close();
            sending = null;
        }
    }

    private void sentAll() {
        allSent = true;
        worker.selectionKey().interestOps(SelectionKey.OP_READ);
    }

    /** Gives up what has not been sent. The connection itself is Spark's. */
    @Override
    public void close() {
        if (sending != null) {
            sending.close();
            sending = null;
        }
        allSent = true;
    }
}
