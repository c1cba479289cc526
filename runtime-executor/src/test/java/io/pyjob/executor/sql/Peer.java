package io.pyjob.executor.sql;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.api.python.PythonWorker;

/** The other end of a connection to a worker: a real socket, without a process behind it. */
final class Peer implements AutoCloseable {
    /** What is connected with this. */
    final PythonWorker worker;

    private final SocketChannel channel;

    private Peer(PythonWorker worker, SocketChannel channel) {
        this.worker = worker;
        this.channel = channel;
    }

    /** @param folder with a short path */
    static Peer in(Path folder) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            SocketChannel ours = SocketChannel.open(address);
            SocketChannel theirs = server.accept();
            ours.configureBlocking(false);
            return new Peer(new PythonWorker(ours).refresh(), theirs);
        } finally {
            Files.deleteIfExists(address.getPath());
        }
    }

    void write(byte... bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    /** Sends back what comes, until so many bytes have come. */
    void echo(long length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        long left = length;
        while (left > 0) {
            left -= channel.read(buffer);
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            buffer.clear();
        }
    }

    /** Ends the connection, with what has come unread. */
    void leave() throws IOException {
        channel.close();
    }

    @Override
    public void close() throws IOException {
        leave();
        worker.stop();
    }
}
