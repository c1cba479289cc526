package io.pyjob.operator.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pyjob.operator.plan.DriverReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.OptionalInt;

/**
 * Takes one job's reports over HTTP, on loopback.
 *
 * <p>A report is {@code POST /report} with the job's token as bearer; the answer carries the number of executors that the
 * user wants, {@code null} where Spark decides. The listener is called on the server's own thread.
 */
public final class ReportServer implements AutoCloseable {
    private static final int LARGEST_BODY = 64 * 1024;

    private final HttpServer server;
    private final ObjectMapper json;
    private final String token;
    private final Listener listener;

    /** Is told each report, and says what to answer. */
    public interface Listener {
        /** Takes a report; the answer is the number of executors the user wants, empty where Spark decides. */
        OptionalInt reported(DriverReport report);
    }

    private ReportServer(HttpServer server, ObjectMapper json, String token, Listener listener) {
        this.server = server;
        this.json = json;
        this.token = token;
        this.listener = listener;
    }

    /** Listens on a free port of loopback. */
    public static ReportServer onLoopback(ObjectMapper json, String token, Listener listener) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            ReportServer reports = new ReportServer(server, json, token, listener);
            server.createContext("/report", reports::answer);
            server.start();
            return reports;
        } catch (IOException e) {
            throw new UncheckedIOException("no port of the loopback address can be listened on for reports", e);
        }
    }

    /** Where drivers report to. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/report";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!isAuthorized(exchange)) {
                send(exchange, 401, "{\"error\":\"the job's report token is needed\"}");
                return;
            }
            byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
            if (!exchange.getRequestMethod().equals("POST") || body.length > LARGEST_BODY) {
                send(exchange, 400, "{\"error\":\"a report is a POST of at most 64 KiB\"}");
                return;
            }
            answer(exchange, body);
        }
    }

    private void answer(HttpExchange exchange, byte[] body) throws IOException {
        DriverReport report;
        try {
            report = ReportMessage.read(json.readTree(body));
        } catch (ReportMessage.Malformed | JsonProcessingException e) {
            send(
                    exchange,
                    400,
                    json.createObjectNode().put("error", e.getMessage()).toString());
            return;
        }
        OptionalInt target = listener.reported(report);
        send(exchange, 200, "{\"v\":1,\"target\":" + (target.isPresent() ? target.getAsInt() : "null") + "}");
    }

    private boolean isAuthorized(HttpExchange exchange) {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        return given != null
                && MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8), ("Bearer " + token).getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
