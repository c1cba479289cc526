package io.pyjob.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LoopbackServerTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Head> heads = new ArrayList<>();
    private final LoopbackServer server = LoopbackServer.listen(head -> {
        heads.add(head);
        return head.path().startsWith("/echo")
                ? new Reception.Wanted(body -> Answer.json(200, new String(body, StandardCharsets.UTF_8)))
                : new Reception.Answered(Answer.text(404, "nothing"));
    });

    @AfterEach
    void close() {
        server.close();
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Authorization", "Bearer t")
                .POST(BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @Test
    void anEndpointAnswersAsItDoesElsewhere() throws IOException, InterruptedException {
        HttpResponse<String> answer = post("/echo/a/b", "[1]");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("[1]");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(post("/other", "x").statusCode()).isEqualTo(404);
        assertThat(heads)
                .containsExactly(new Head("POST", "/echo/a/b", "Bearer t"), new Head("POST", "/other", "Bearer t"));
    }

    @Test
    void aBodyHasABound() throws IOException, InterruptedException {
        assertThat(post("/echo", "x".repeat(64 * 1024)).statusCode()).isEqualTo(200);
        assertThat(post("/echo", "x".repeat(64 * 1024 + 1)).statusCode()).isEqualTo(413);
    }

    @Test
    void itIsReachedOnLoopbackUntilClosed() {
        assertThat(server.url()).matches("http://127\\.0\\.0\\.1:[0-9]+");
        server.close();
        assertThatThrownBy(() -> post("/echo", "")).isInstanceOf(ConnectException.class);
    }
}
