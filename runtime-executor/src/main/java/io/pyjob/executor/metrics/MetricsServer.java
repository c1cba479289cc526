package io.pyjob.executor.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pyjob.executor.pod.PodLog;
import io.pyjob.executor.python.PoolFigures;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The executor's metrics at {@code /metrics}: the JDK's own HTTP server with one thread, and a bound for how long a client may
 * take. Nothing depends on it: if it cannot listen, that is said in the log.
 */
public final class MetricsServer implements AutoCloseable {
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;
    private final Supplier<PoolFigures> figures;
    private final LongSupplier arrow;

    private MetricsServer(HttpServer server, Supplier<PoolFigures> figures, LongSupplier arrow) {
        this.server = server;
        this.figures = figures;
        this.arrow = arrow;
    }

    /**
     * Listens; returns at once. To be called when the executor has nothing better to do.
     *
     * @param figures asked at each request, on the server's thread
     * @param arrow the bytes that Arrow has; asked likewise
     */
    public static void start(String address, int port, Supplier<PoolFigures> figures, LongSupplier arrow) {
        try {
            listen(address, port, figures, arrow);
        } catch (IOException e) {
            PodLog.say("no metrics: port " + port + " of " + address + " cannot be listened on: " + e.getMessage());
        }
    }

    static MetricsServer listen(String address, int port, Supplier<PoolFigures> figures, LongSupplier arrow)
            throws IOException {
        // Seconds; read by the server's classes when they are loaded, which is now. There is no other server of the
        // JDK's here.
        System.getProperties().putIfAbsent("sun.net.httpserver.maxReqTime", "10");
        System.getProperties().putIfAbsent("sun.net.httpserver.maxRspTime", "10");
        HttpServer http = HttpServer.create(new InetSocketAddress(address, port), 10);
        MetricsServer server = new MetricsServer(http, figures, arrow);
        http.createContext("/", server::answer);
        http.setExecutor(Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "pyjob-metrics");
            thread.setDaemon(true);
            return thread;
        }));
        http.start();
        return server;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals("/metrics")) {
                send(exchange, 404, "metrics are at /metrics\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                send(exchange, 405, "metrics are read with GET\n");
            } else {
                Runtime jvm = Runtime.getRuntime();
                send(
                        exchange,
                        200,
                        MetricsPage.of(
                                figures.get(),
                                jvm.totalMemory() - jvm.freeMemory(),
                                jvm.maxMemory(),
                                arrow.getAsLong()));
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", TYPE);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
