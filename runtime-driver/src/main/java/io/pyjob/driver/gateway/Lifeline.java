package io.pyjob.driver.gateway;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A connection that the script's side holds open for as long as the script runs.
 *
 * <p>The two containers see neither each other's processes nor their ends; each sees this connection close.
 */
public final class Lifeline implements AutoCloseable {
    private static final int LONGEST = 64;

    private final ServerSocketChannel server;

    private Lifeline(ServerSocketChannel server) {
        this.server = server;
    }

    /** Listens. A file that an earlier JVM left is replaced. */
    public static Lifeline listen(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        return new Lifeline(server);
    }

    /**
     * Waits for the script's side to connect, and then for its end.
     *
     * @param connected is told when it has connected
     */
    public ScriptEnd await(Runnable connected) throws IOException {
        StringBuilder words = new StringBuilder();
        try (SocketChannel script = server.accept()) {
            connected.run();
            ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
            ScriptEnd end = new ScriptEnd.Lost();
            while (end instanceof ScriptEnd.Lost && words.length() < LONGEST && script.read(bytes.clear()) >= 0) {
                words.append(StandardCharsets.US_ASCII.decode(bytes.flip()));
                end = ScriptEnd.parse(words.toString());
            }
            return end;
        } catch (IOException e) {
            if (!server.isOpen()) {
                throw e;
            }
            return new ScriptEnd.Lost(); // reset: its process has gone
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
