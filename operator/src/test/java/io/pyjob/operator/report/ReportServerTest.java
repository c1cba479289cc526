package io.pyjob.operator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pyjob.operator.plan.DriverReport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReportServerTest {
    private static final String REPORT = "{\"v\": 1, \"state\": \"running\", \"executors\": {\"wanted\": 2}}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<DriverReport> told = new CopyOnWriteArrayList<>();
    private OptionalInt target = OptionalInt.of(3);
    private final ReportServer server = ReportServer.onLoopback(new ObjectMapper(), "a-token", report -> {
        told.add(report);
        return target;
    });

    @AfterEach
    void close() {
        server.close();
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create(server.url())).header("Authorization", "Bearer a-token");
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return send(request().POST(BodyPublishers.ofString(body)).build());
    }

    @Test
    void aReportIsToldAndAnsweredWithTheTarget() throws IOException, InterruptedException {
        HttpResponse<String> answer = post(REPORT);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"v\":1,\"target\":3}");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(told).singleElement().extracting(DriverReport::wanted).isEqualTo(2);
    }

    @Test
    void whereSparkDecidesThereIsNoTarget() throws IOException, InterruptedException {
        target = OptionalInt.empty();
        assertThat(post(REPORT).body()).isEqualTo("{\"v\":1,\"target\":null}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer another",
                "Bearer a-token2",
                "Bearer a-toke",
                "a-token",
                "bearer a-token",
                "Basic a-token"
            })
    void anotherTokenIsRefused(String authorization) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(server.url()))
                .header("Authorization", authorization)
                .POST(BodyPublishers.ofString(REPORT))
                .build());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain("a-token");
        assertThat(told).isEmpty();
    }

    @Test
    void noTokenIsRefused() throws IOException, InterruptedException {
        assertThat(send(HttpRequest.newBuilder(URI.create(server.url()))
                                .POST(BodyPublishers.ofString(REPORT))
                                .build())
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void whatIsTooLargeIsRefused() throws IOException, InterruptedException {
        assertThat(post(REPORT + " ".repeat(64 * 1024 - REPORT.length())).statusCode())
                .isEqualTo(200);
        HttpResponse<String> answer = post(REPORT + " ".repeat(64 * 1024 + 1 - REPORT.length()));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("at most 64 KiB");
        assertThat(told).hasSize(1);
    }

    @Test
    void onlyAPostIsAReport() throws IOException, InterruptedException {
        assertThat(send(request().GET().build()).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "nonsense", "{\"v\": 1, \"state\": \"dancing \\\"x\\\"\"}", "[[["})
    void whatIsMalformedIsAnsweredWithWhy(String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = post(body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new ObjectMapper().readTree(answer.body()).path("error").asText())
                .isNotEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void itIsReachedOnLoopbackUntilClosed() {
        assertThat(server.url()).matches("http://127\\.0\\.0\\.1:[0-9]+/report");
        server.close();
        assertThatThrownBy(() -> post(REPORT)).isInstanceOf(ConnectException.class);
    }
}
