package io.pyjob.operator.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pyjob.operator.ui.JobView.Application;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is found of jobs that are gone, in answers as Spark's history server gives them. */
final class EventLogsTest {
    private static final Map<String, String> ANSWERS = Map.of(
            "/api/v1/applications",
            """
            [{"id": "flights-2-aaaaaaaa", "name": "x", "attempts": [{"endTime": "2026-01-02T00:00:00.000GMT"}]},
             {"id": "flights-1-aaaaaaaa", "name": "x", "attempts": [{"endTime": "2026-01-01T00:00:00.000GMT"}]},
             {"id": "flights-1-bbbbbbbb", "name": "of another namespace", "attempts": []},
             {"id": "flights-late-1-cccccccc", "name": "of another job", "attempts": []},
             {"id": "app-20260101", "name": "flights", "attempts": []}]
            """,
            "/api/v1/applications/flights-2-aaaaaaaa/environment",
            "{\"sparkProperties\": [[\"spark.x\", \"y\"], [\"spark.pyjob.job\", \"science/flights\"]]}",
            "/api/v1/applications/flights-1-aaaaaaaa/environment",
            "{\"sparkProperties\": [[\"spark.pyjob.job\", \"science/flights\"]]}",
            "/api/v1/applications/flights-1-bbbbbbbb/environment",
            "{\"sparkProperties\": [[\"spark.pyjob.job\", \"other/flights\"]]}");

    private HttpServer history;

    @BeforeEach
    void start() throws IOException {
        history = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        history.createContext("/", EventLogsTest::answer);
        history.start();
    }

    @AfterEach
    void stop() {
        history.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String text = ANSWERS.get(exchange.getRequestURI().getPath());
            byte[] body = (text == null ? "" : text).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(text == null ? 404 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private EventLogs logs() {
        return new EventLogs(
                URI.create("http://127.0.0.1:" + history.getAddress().getPort()));
    }

    @Test
    void itsAttemptsAreFoundByWhatTheirLogsSay() {
        assertThat(logs().of("science", "flights"))
                .containsExactly(
                        new Application(1, "flights-1-aaaaaaaa", "2026-01-01T00:00:00.000GMT"),
                        new Application(2, "flights-2-aaaaaaaa", "2026-01-02T00:00:00.000GMT"));
        assertThat(logs().of("other", "flights")).extracting(Application::id).containsExactly("flights-1-bbbbbbbb");
        assertThat(logs().of("third", "flights")).isEmpty();
        assertThat(logs().of("science", "flights-late"))
                .as("its log says nothing")
                .isEmpty();
    }
}
