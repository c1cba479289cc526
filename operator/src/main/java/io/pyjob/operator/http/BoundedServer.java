package io.pyjob.operator.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An HTTP/1.1 server on all addresses of this machine.
 *
 * <p>One thread that never waits: whoever sends slowly costs a connection and no thread. What a client may use is bounded by
 * {@link Limits}. After any answer but a success the connection is closed.
 */
public final class BoundedServer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private final Vertx vertx;
    private final ServerVerticle verticle;

    /** Is told of each answer; called from the server's thread. */
    public interface Listener {
        /** An answer was given, {@code took} after the request's head was there. */
        void answered(int status, Duration took);
    }

    private BoundedServer(Vertx vertx, ServerVerticle verticle) {
        this.vertx = vertx;
        this.verticle = verticle;
    }

    /** Listens; port 0 for any that is free. */
    public static BoundedServer listen(String name, int port, Endpoint endpoint, Limits limits, Listener listener)
            throws IOException, InterruptedException {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        ServerVerticle verticle = new ServerVerticle(name, port, endpoint, limits, listener);
        BoundedServer server = new BoundedServer(vertx, verticle);
        try {
            await(vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture());
        } catch (IOException e) {
            server.close();
            throw new IOException("port " + port + " cannot be listened on: " + e.getMessage(), e);
        }
        return server;
    }

    /** The port that is listened on. */
    public int port() {
        return verticle.port();
    }

    @Override
    public void close() {
        try {
            await(vertx.close().toCompletionStage().toCompletableFuture());
        } catch (IOException e) {
            throw new IllegalStateException("a server that listens can be closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is closing, which nobody waits for then
        }
    }

    private static void await(CompletableFuture<?> done) throws IOException, InterruptedException {
        try {
            done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            throw new IOException("nothing happened for " + PATIENCE_SECONDS + " s", e);
        }
    }
}
