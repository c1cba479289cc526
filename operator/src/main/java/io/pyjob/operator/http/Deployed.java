package io.pyjob.operator.http;

import io.vertx.core.Verticle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server's verticle that listens, on one event loop of its own, until this is closed. */
public final class Deployed implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final Vertx vertx;

    private Deployed(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Starts {@code verticle}, which listens on {@code port}.
     *
     * @param workers how many of its calls may block at once
     */
    public static Deployed of(Verticle verticle, int port, int workers) throws IOException, InterruptedException {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(workers)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        Deployed deployed = new Deployed(vertx);
        try {
            await(vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture());
        } catch (IOException e) {
            deployed.close();
            throw new IOException("port " + port + " cannot be listened on: " + e.getMessage(), e);
        }
        return deployed;
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
