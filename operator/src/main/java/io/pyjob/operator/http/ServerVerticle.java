package io.pyjob.operator.http;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's thread: all of it but {@link #port} runs there. */
final class ServerVerticle extends AbstractVerticle {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedServer.class);
    private static final int SWEEP_MILLIS = 500;
    private static final int BACKLOG = 1024;
    private static final int LONGEST_LINE = 2048;
    private static final int LARGEST_HEADERS = 8192;

    private final String name;
    private final int port;
    private final Endpoint endpoint;
    private final Limits limits;
    private final BoundedServer.Listener listener;
    private final Map<HttpConnection, Client> clients = new HashMap<>();
    private final Map<String, Integer> perAddress = new HashMap<>();
    private volatile @Nullable HttpServer server;

    /** A connection, and by when something must have come over it. */
    private final class Client {
        final HttpConnection connection;
        long deadline;

        @Nullable
        Exchange open;

        Client(HttpConnection connection) {
            this.connection = connection;
            this.deadline = System.nanoTime() + limits.requestTime().toNanos();
        }

        void overdue() {
            if (open != null) {
                open.tooSlow();
            } else {
                connection.close();
            }
        }
    }

    ServerVerticle(String name, int port, Endpoint endpoint, Limits limits, BoundedServer.Listener listener) {
        this.name = name;
        this.port = port;
        this.endpoint = endpoint;
        this.limits = limits;
        this.listener = listener;
    }

    int port() {
        HttpServer listening = server;
        if (listening == null) {
            throw new IllegalStateException("the server " + name + " does not listen yet");
        }
        return listening.actualPort();
    }

    @Override
    public void start(Promise<Void> started) {
        HttpServer listening = vertx.createHttpServer(new HttpServerOptions()
                        .setPort(port)
                        .setAcceptBacklog(BACKLOG)
                        .setHttp2ClearTextEnabled(false)
                        .setMaxInitialLineLength(LONGEST_LINE)
                        .setMaxHeaderSize(LARGEST_HEADERS)
                        .setMaxFormAttributeSize(0))
                .connectionHandler(this::connected)
                .requestHandler(this::requested)
                .exceptionHandler(e -> LOG.debug("{}: a connection failed before it made a request", name, e));
        server = listening;
        vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep());
        listening.listen().<Void>mapEmpty().onComplete(started);
    }

    private void connected(HttpConnection connection) {
        String address = connection.remoteAddress().hostAddress();
        if (clients.size() >= limits.connections() || perAddress.getOrDefault(address, 0) >= limits.perAddress()) {
            LOG.debug("{}: no more connections, {} is turned away", name, address);
            connection.close();
            return;
        }
        clients.put(connection, new Client(connection));
        perAddress.merge(address, 1, Integer::sum);
        connection.closeHandler(closed -> {
            clients.remove(connection);
            perAddress.computeIfPresent(address, (a, count) -> count == 1 ? null : count - 1);
        });
    }

    /** Closes what is overdue. Looking at all now and then is cheaper than a timer for each request. */
    private void sweep() {
        long now = System.nanoTime();
        for (Client client : new ArrayList<>(clients.values())) {
            if (now - client.deadline > 0) {
                client.overdue();
            }
        }
    }

    private void requested(HttpServerRequest request) {
        Client client = clients.get(request.connection());
        if (client == null) { // it was turned away
            request.connection().close();
            return;
        }
        client.deadline = System.nanoTime() + limits.requestTime().toNanos();
        Exchange exchange = new Exchange(request, limits, listener, () -> {
            client.open = null;
            client.deadline = System.nanoTime() + limits.idleTime().toNanos();
        });
        client.open = exchange;
        exchange.begin(endpoint);
    }
}
