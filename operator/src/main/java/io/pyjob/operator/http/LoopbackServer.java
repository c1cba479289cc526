package io.pyjob.operator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The JDK's own HTTP server on loopback, for local mode: one thread, one client that is trusted to send in time. It is
 * there in a tenth of the time that {@link BoundedServer}'s classes take to load.
 */
public final class LoopbackServer implements AutoCloseable {
    private final HttpServer server;
    private final Endpoint endpoint;
    private final Limits limits;

    private LoopbackServer(HttpServer server, Endpoint endpoint, Limits limits) {
        this.server = server;
        this.endpoint = endpoint;
        this.limits = limits;
    }

    /** Listens on a free port. */
    public static LoopbackServer listen(Endpoint endpoint) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            LoopbackServer loopback = new LoopbackServer(server, endpoint, Limits.DEFAULT);
            server.createContext("/", loopback::answer);
            server.start();
            return loopback;
        } catch (IOException e) {
            throw new UncheckedIOException("no port of the loopback address can be listened on", e);
        }
    }

    /** Where it is reached, without a path. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reception reception = endpoint.receive(new Head(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath(),
                    exchange.getRequestHeaders().getFirst("Authorization")));
            if (reception instanceof Reception.Answered a) {
                send(exchange, a.answer());
            } else if (reception instanceof Reception.Wanted w) {
                byte[] body = exchange.getRequestBody().readNBytes(limits.bodyBytes() + 1);
                send(
                        exchange,
                        body.length > limits.bodyBytes()
                                ? limits.tooLarge()
                                : w.reader().apply(body));
            }
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
