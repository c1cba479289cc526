package io.pyjob.executor.python;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one of the pool's sockets, for the few bytes of request and answer, with a deadline for the whole.
 *
 * <p>Unix sockets have no read time-out in Java, so the channel is non-blocking from the start, and a selector waits.
 * Belongs to one thread.
 */
final class PoolConnection implements AutoCloseable {
    /** Longer than any message that a pool of ours writes; protects against a peer that is none. */
    private static final int LONGEST_MESSAGE = 1 << 20;

    private static @Nullable UserPrincipal self;

    private final SocketChannel channel;
    private final Selector selector;
    private final long deadline;
    private boolean handedOver;

    /** @throws java.net.SocketException if nobody listens, among others because there is no such file (yet) */
    PoolConnection(Path socket, Duration limit) throws IOException {
        deadline = System.nanoTime() + limit.toNanos();
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            // Connecting a Unix socket does not wait for the peer, except for a place in its queue.
            channel.connect(UnixDomainSocketAddress.of(socket));
            checkPeer(socket);
            channel.configureBlocking(false);
            selector = Selector.open();
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The socket's folder is ours alone; should somebody have got in all the same, they get nothing from us. */
    private void checkPeer(Path socket) throws IOException {
        UserPrincipal peer =
                channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        UserPrincipal own = own(socket);
        if (!peer.equals(own)) {
            throw new PoolException("at " + socket + " listens a process of user " + peer.getName()
                    + ", and this JVM's is " + own.getName()
                    + ": it is not the pod's own pool. Both containers must run as one user");
        }
    }

    private static synchronized UserPrincipal own(Path socket) throws IOException {
        UserPrincipal own = self;
        if (own == null) {
            own = ownerOfWhatWeMake(
                    socket.resolveSibling(".jvm-" + ProcessHandle.current().pid()));
            self = own;
        }
        return own;
    }

    /** Which user this JVM is: Java does not say it, and the owner of /proc/self may be another. */
    private static UserPrincipal ownerOfWhatWeMake(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file);
        try {
            return Files.getOwner(file);
        } finally {
            Files.delete(file);
        }
    }

    /** Sends a request; the answer to every request begins with an int. */
    int ask(ByteBuffer request) throws IOException {
        SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
        while (request.hasRemaining()) {
            if (channel.write(request) == 0) {
                await();
            }
        }
        key.interestOps(SelectionKey.OP_READ);
        return readInt();
    }

    int readInt() throws IOException {
        return read(Integer.BYTES).getInt();
    }

    /** An int32 length and that many bytes of UTF-8. */
    String readMessage() throws IOException {
        int length = readInt();
        if (length < 0 || length > LONGEST_MESSAGE) {
            throw new IOException("a message of " + length + " bytes was announced");
        }
        return StandardCharsets.UTF_8.decode(read(length)).toString();
    }

    private ByteBuffer read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            int read = channel.read(bytes);
            if (read < 0) {
                throw new EOFException("the pool closed the connection");
            }
            if (read == 0) {
                await();
            }
        }
        return bytes.flip();
    }

    private void await() throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        selector.select(millis);
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            // An interrupt ends a select at once, so waiting on would spin. A task's thread is interrupted to end it.
            throw new IOException("interrupted");
        }
    }

    /** The channel, non-blocking and free of our selector; from now on the caller closes it. */
    SocketChannel handOver() throws IOException {
        handedOver = true;
        selector.close();
        return channel;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        if (!handedOver) {
            channel.close();
        }
    }
}
