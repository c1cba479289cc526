package io.pyjob.operator.ui;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The server of jobs' pages, on all addresses of this machine. */
public final class UiServer implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;
    private static final int WAITING_THREADS = 16;

    private final Vertx vertx;
    private final Proxy proxy;

    private UiServer(Vertx vertx, Proxy proxy) {
        this.vertx = vertx;
        this.proxy = proxy;
    }

    /** Listens; port 0 for any that is free. */
    public static UiServer listen(int port, Access access, Jobs jobs) throws IOException, InterruptedException {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(WAITING_THREADS)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        Proxy proxy = new Proxy(port, access, jobs);
        UiServer server = new UiServer(vertx, proxy);
        try {
            await(vertx.deployVerticle(proxy).toCompletionStage().toCompletableFuture());
        } catch (IOException e) {
            server.close();
            throw new IOException("port " + port + " cannot be listened on: " + e.getMessage(), e);
        }
        return server;
    }

    /** The port that is listened on. */
    public int port() {
        return proxy.port();
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
