package io.pyjob.operator.http;

import java.io.IOException;
import java.time.Duration;

/**
 * An HTTP/1.1 server on all addresses of this machine.
 *
 * <p>One thread that never waits: whoever sends slowly costs a connection and no thread. What a client may use is bounded by
 * {@link Limits}. After any answer but a success the connection is closed.
 */
public final class BoundedServer implements AutoCloseable {
    private final Deployed deployed;
    private final ServerVerticle verticle;

    /** Is told of each answer; called from the server's thread. */
    public interface Listener {
        /** An answer was given, {@code took} after the request's head was there. */
        void answered(int status, Duration took);
    }

    private BoundedServer(Deployed deployed, ServerVerticle verticle) {
        this.deployed = deployed;
        this.verticle = verticle;
    }

    /** Listens; port 0 for any that is free. */
    public static BoundedServer listen(String name, int port, Endpoint endpoint, Limits limits, Listener listener)
            throws IOException, InterruptedException {
        ServerVerticle verticle = new ServerVerticle(name, port, endpoint, limits, listener);
        return new BoundedServer(Deployed.of(verticle, port, 1), verticle);
    }

    /** The port that is listened on. */
    public int port() {
        return verticle.port();
    }

    @Override
    public void close() {
        deployed.close();
    }
}
