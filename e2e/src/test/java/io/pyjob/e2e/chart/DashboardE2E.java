package io.pyjob.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.pyjob.e2e.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus answers every query of the dashboard. Needs prometheus; no cluster. */
final class DashboardE2E {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** Two targets, with the labels that the chart's ServiceMonitor and PodMonitor give them. */
    private static final String CONFIG = """
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: operator
                metrics_path: /operator
                static_configs:
                  - targets: ['127.0.0.1:%1$d']
                    labels: {namespace: pyjob, pod: pyjob-operator-0}
              - job_name: executors
                metrics_path: /executor
                static_configs:
                  - targets: ['127.0.0.1:%1$d']
                    labels: {namespace: team-a, pod: flights-1-exec-1, pyjob_io_job: flights, pyjob_io_executor_id: '1'}
            """;

    private static HttpServer pages;
    private static Process prometheus;
    private static String address;

    @BeforeAll
    static void prometheus(@TempDir Path folder) throws IOException {
        Helm.need("prometheus");
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pages.createContext("/", exchange -> {
            byte[] page = Chart.text(Path.of("src/test/resources/metrics", exchange.getRequestURI() + ".txt"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        pages.start();
        Path config = folder.resolve("prometheus.yml");
        Files.writeString(config, CONFIG.formatted(pages.getAddress().getPort()));
        address = "127.0.0.1:" + FreePort.find();
        prometheus = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=" + address)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        // Rates need two looks.
        await("prometheus to have looked twice: " + folder)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> "2".equals(value("min(count_over_time(up[1m]) >= bool 2) * 2")));
    }

    @AfterAll
    static void end() throws InterruptedException {
        if (prometheus != null) {
            prometheus.destroy();
            if (!prometheus.waitFor(10, TimeUnit.SECONDS)) {
                prometheus.destroyForcibly().waitFor();
            }
        }
        if (pages != null) {
            pages.stop(0);
        }
    }

    private static JsonNode asked(String expression) {
        URI uri = URI.create(
                "http://" + address + "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        try {
            return Chart.document(CLIENT.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static String value(String expression) {
        return asked(expression).at("/data/result/0/value/1").asText();
    }

    @Test
    void bothPagesAreTaken() {
        assertThat(value("sum(up)")).isEqualTo("2");
    }

    @Test
    void everyQueryHasAnAnswer() {
        assertThat(new Dashboard().queries()).allSatisfy(query -> {
            JsonNode answer = asked(query.expression());
            assertThat(answer.path("status").asText()).as(query + ": " + answer).isEqualTo("success");
            assertThat(answer.path("warnings")).as(query.toString()).isEmpty();
            assertThat(answer.at("/data/result")).as(query.toString()).isNotEmpty();
        });
    }
}
