package io.pyjob.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BoundedServerTest {
    private static final Limits LIMITS = new Limits(8, 4, 1000, Duration.ofMillis(700), Duration.ofMillis(1500));

    /** Echoes bodies below /echo, refuses what is below /no, and breaks below /bug. */
    private static Reception answer(Head head) {
        return switch (head.path()) {
            case "/echo" -> new Reception.Wanted(body -> Answer.text(200, new String(body, StandardCharsets.UTF_8)));
            case "/bug" -> throw new IllegalStateException("the test's own");
            case "/late-bug" ->
                new Reception.Wanted(body -> {
                    throw new IllegalStateException("the test's own");
                });
            case "/fine" -> new Reception.Answered(Answer.text(200, "fine"));
            default -> new Reception.Answered(Answer.text(403, "no"));
        };
    }

    private final List<Integer> answered = new CopyOnWriteArrayList<>();
    private BoundedServer server;

    @BeforeEach
    void listen() throws IOException, InterruptedException {
        server = BoundedServer.listen(
                "test", 0, BoundedServerTest::answer, LIMITS, (status, took) -> answered.add(status));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private RawClient client() throws IOException {
        return new RawClient(server.port());
    }

    private int status(String request) throws IOException {
        try (RawClient client = client()) {
            client.send(request);
            return client.status();
        }
    }

    private static String post(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length);
    }

    @Test
    void aConnectionServesManyRequests() throws IOException {
        try (RawClient client = client()) {
            for (int i = 0; i < 5; i++) {
                client.send(post("/echo", 10 * i));
                assertThat(client.status()).isEqualTo(200);
            }
            client.send("GET /fine HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.status()).isEqualTo(200);
        }
        await().untilAsserted(() -> assertThat(answered).hasSize(6).containsOnly(200)); // told once the answer has gone
    }

    @Test
    void aBodyMayComeInPieces() throws IOException, InterruptedException {
        try (RawClient client = client()) {
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                Thread.sleep(50);
                client.send("3\r\nabc\r\n");
            }
            client.send("0\r\n\r\n");
            assertThat(client.status()).isEqualTo(200);
        }
    }

    @Test
    void aRefusedRequestIsAnsweredAfterItsBodyAndTheConnectionIsClosed() throws IOException {
        try (RawClient client = client()) {
            client.send(post("/no", 900));
            assertThat(client.status()).isEqualTo(403);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aBodyHasABound() throws IOException {
        assertThat(status(post("/echo", 1000))).isEqualTo(200);
        assertThat(status(post("/echo", 1001))).isEqualTo(413);
        assertThat(status(post("/no", 1001))).isEqualTo(403);
        await().untilAsserted(
                        () -> assertThat(answered).containsExactly(200, 413, 403)); // told once the answer has gone
    }

    @Test
    void aBodyWithoutALengthHasTheSameBound() throws IOException {
        try (RawClient client = client()) {
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.flood("64\r\n" + "x".repeat(100) + "\r\n", 11);
            assertThat(client.status()).isEqualTo(413);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void anEndlessBodyIsCutOff() throws IOException {
        try (RawClient client = client()) {
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n");
            client.flood("x".repeat(10_000), 2000);
            assertThat(client.status()).isIn(413, 0); // the answer is lost when this side was still sending
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void endlessHeadersAreCutOff() throws IOException {
        try (RawClient client = client()) {
            client.send("GET /fine HTTP/1.1\r\n");
            client.flood("X-More: " + "x".repeat(1000) + "\r\n", 2000);
            assertThat(client.status()).isIn(431, 400, 0);
        }
    }

    @Test
    void whoSaysNothingIsNotWaitedFor() throws IOException {
        try (RawClient client = client()) {
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(answered).isEmpty();
    }

    @Test
    void whoSendsHeadersSlowlyIsNotWaitedFor() throws IOException, InterruptedException {
        try (RawClient client = client()) {
            client.send("GET /fine HTTP/1.1\r\n");
            for (int i = 0; i < 12; i++) {
                Thread.sleep(100);
                client.flood("X: y\r\n", 1);
            }
            assertThat(client.status()).isZero();
        }
    }

    @Test
    void whoSendsABodySlowlyIsNotWaitedFor() throws IOException, InterruptedException {
        try (RawClient client = client()) {
            client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n");
            for (int i = 0; i < 12; i++) {
                Thread.sleep(100);
                client.flood("x", 1);
            }
            assertThat(client.status()).isIn(408, 0);
        }
        await().untilAsserted(() -> assertThat(answered).containsExactly(408)); // told once the answer has gone
    }

    @Test
    void slowOnesDoNotHoldUpOthers() throws IOException {
        try (RawClient one = client();
                RawClient two = client();
                RawClient three = client()) {
            for (RawClient slow : List.of(one, two, three)) {
                slow.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nx");
            }
            assertThat(status(post("/echo", 10))).isEqualTo(200);
        }
    }

    @Test
    void anIdleConnectionIsClosedAtLast() throws IOException {
        try (RawClient client = client()) {
            client.send(post("/echo", 1));
            assertThat(client.status()).isEqualTo(200);
            long start = System.nanoTime();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void oneAddressHasABoundOnConnections() throws IOException {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < LIMITS.perAddress(); i++) {
                RawClient client = client();
                clients.add(client);
                client.send(post("/echo", 1));
                assertThat(client.status()).isEqualTo(200);
            }
            try (RawClient tooMany = client()) {
                assertThat(tooMany.isClosedByServer()).isTrue();
            }
            clients.remove(0).close();
            int status = 0;
            for (int i = 0; i < 100 && status == 0; i++) { // the server sees the end a moment later
                try (RawClient next = client()) {
                    next.flood(post("/echo", 1), 1);
                    status = next.status();
                }
            }
            assertThat(status).isEqualTo(200);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aDefectCostsOneRequest() throws IOException {
        assertThat(status(post("/bug", 1))).isEqualTo(500);
        assertThat(status(post("/late-bug", 1))).isEqualTo(500);
        assertThat(status(post("/echo", 1))).isEqualTo(200);
    }

    @Test
    void whatIsNotHttpIsRefused() throws IOException {
        assertThat(status("\u0016\u0003\u0001 a TLS client, perhaps\r\n\r\n")).isIn(400, 0);
        assertThat(status("GET / HTTP/9.9\r\n\r\n")).isIn(400, 501, 505, 0);
        assertThat(status(post("/echo", 1))).isEqualTo(200);
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        int port = server.port();
        assertThatThrownBy(() ->
                        BoundedServer.listen("second", port, BoundedServerTest::answer, LIMITS, (status, took) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("port " + port + " cannot be listened on: Address already in use");
    }

    @Test
    void nothingListensAfterItsEnd() {
        int port = server.port();
        server.close();
        assertThatThrownBy(() -> new RawClient(port)).isInstanceOf(IOException.class);
    }
}
