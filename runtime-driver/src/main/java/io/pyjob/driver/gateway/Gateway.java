package io.pyjob.driver.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import py4j.ClientServer;

/**
 * The Py4J server that the script's PySpark calls.
 *
 * <p>On loopback, which the pod's containers share, and with a secret, because other processes of the pod's user could
 * connect too. A ClientServer, as Spark's own: each Python thread has a Java thread of its own.
 */
public final class Gateway implements AutoCloseable {
    private static final int SECRET_BYTES = 32;

    private final ClientServer server;
    private final ConnectionFile connection;

    private Gateway(ClientServer server, ConnectionFile connection) {
        this.server = server;
        this.connection = connection;
    }

    /** Starts the server, on a free port. The script's side may call {@code entryPoint}. */
    public static Gateway start(Object entryPoint) {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        ClientServer server = new ClientServer.ClientServerBuilder()
                .entryPoint(entryPoint)
                .authToken(secret)
                .javaPort(0)
                .javaAddress(InetAddress.getLoopbackAddress())
                .build();
        server.startServer();
        return new Gateway(server, new ConnectionFile(server.getJavaServer().getListeningPort(), secret));
    }

    /** Lets the script's side know. From then on it may connect at any moment. */
    public void announce(Path file) throws IOException {
        connection.write(file);
    }

    /**
     * Ends the server and the calls that it serves. A JVM whose threads wait for a connection takes 300 ms longer to exit: so
     * long it waits for them.
     */
    @Override
    public void close() {
        server.shutdown();
    }
}
