package io.pyjob.driver.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pyjob.driver.report.Pace.Outage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReporterTest {
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
    private final List<Integer> targets = new CopyOnWriteArrayList<>();
    private final LiveReport live = new LiveReport("ns/name", 1, 2, new Moments(() -> 1000));
    private volatile int status = 200;
    private volatile String answer = "{\"v\":1,\"target\":null}";
    private HttpServer operator;
    private URI url;

    @BeforeEach
    void start() throws IOException {
        operator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        operator.createContext("/report", this::take);
        operator.start();
        url = URI.create("http://127.0.0.1:" + operator.getAddress().getPort() + "/report");
    }

    @AfterEach
    void stop() {
        operator.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            connections.add(exchange.getRemoteAddress());
            tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private String last() {
        return bodies.isEmpty() ? "" : bodies.get(bodies.size() - 1);
    }

    @Test
    void aChangeThatMattersIsKnownAtOnce() throws InterruptedException {
        Reporter.start(url, "token", live);

        live.contextStarted(targets::add);
        live.executorsWanted(5);
        live.executorAdded(3);
        live.executorsKilled(List.of(3));
        live.awaitDelivery(Duration.ofSeconds(10));

        assertThat(last())
                .contains("\"state\":\"running\"")
                .contains("{\"wanted\":5,\"registered\":1,\"lastId\":3}")
                .contains("\"kill\":[\"3\"]");
        assertThat(tokens).containsOnly("Bearer token");
    }

    @Test
    void whatHappenedFirstIsToldWithTheRest() throws InterruptedException {
        Reporter.start(url, "token", live);
        live.gatewayUp();
        live.scriptStarted();
        live.contextStarted(targets::add);
        live.executorsWanted(2);
        live.executorAdded(1);
        live.awaitDelivery(Duration.ofSeconds(10));
        assertThat(last()).contains("\"times\":{\"gateway\":1000,\"script\":1000,\"executor\":1000}");

        live.executorAdded(2);
        live.contextStopping();
        live.scriptEnded();
        live.awaitDelivery(Duration.ofSeconds(10));
        assertThat(last()).contains("\"executors\":1000,\"scriptEnd\":1000");
    }

    @Test
    void beforeThereIsASparkContextTheFirstWishIsKnown() {
        Reporter.start(url, "token", live);

        await().until(() -> last().contains("\"state\":\"starting\",\"executors\":{\"wanted\":2,"));
    }

    @Test
    void progressFollowsSoon() throws InterruptedException {
        Reporter.start(url, "token", live);
        live.contextStarted(targets::add);
        live.awaitDelivery(Duration.ofSeconds(10));

        live.jobStarted(0, Map.of(0, 7));

        await().atMost(Duration.ofSeconds(2)).until(() -> last().contains("\"total\":7"));
    }

    @Test
    void theTargetIsHandedOnWithEachAnswer() throws InterruptedException {
        answer = "{\"v\":1,\"target\":4}";
        Reporter.start(url, "token", live);

        live.contextStarted(targets::add);
        live.awaitDelivery(Duration.ofSeconds(10));
        await().until(() -> !targets.isEmpty());
        live.contextStopping();
        live.awaitDelivery(Duration.ofSeconds(10));

        assertThat(targets).containsOnly(4);
    }

    @Test
    void anOperatorThatFailsIsAskedAgain() {
        status = 500;
        answer = "out of order";
        Reporter.start(url, "token", live);
        live.contextStarted(targets::add);
        await().until(() -> bodies.size() >= 2);

        status = 200;
        answer = "{\"target\":1}";

        await().until(() -> targets.contains(1));
    }

    @Test
    void aNewTargetIsHeardOfWithinTwoSeconds() throws InterruptedException {
        answer = "{\"v\":1,\"target\":2}";
        Reporter.start(url, "token", live);
        live.contextStarted(targets::add);
        live.awaitDelivery(Duration.ofSeconds(10));

        answer = "{\"v\":1,\"target\":6}";

        await().atMost(Duration.ofSeconds(2)).until(() -> targets.contains(6));
    }

    @Test
    void aConnectionIsUsedAgainUnlessItLeadsToOneWhoDoesNotLead() {
        Reporter.start(url, "token", live);
        live.contextStarted(targets::add);
        await().until(() -> !bodies.isEmpty());
        live.executorsWanted(3);
        await().until(() -> last().contains("\"wanted\":3"));
        live.executorsWanted(4);
        await().until(() -> last().contains("\"wanted\":4"));
        assertThat(connections).hasSize(1);

        status = 503;
        live.executorsWanted(5);
        await().until(() -> last().contains("\"wanted\":5"));
        status = 200;
        live.executorsWanted(6);
        await().until(() -> last().contains("\"wanted\":6"));
        assertThat(connections).hasSizeGreaterThan(1);
    }

    @Test
    void whatAnAnswerMeansForTheNextTry() {
        assertThat(new NotTaken(503, "").outage()).isEqualTo(Outage.NOT_LEADING);
        assertThat(new NotTaken(401, "").outage()).isEqualTo(Outage.REFUSED);
        assertThat(new NotTaken(500, "").outage()).isEqualTo(Outage.AWAY);
        assertThat(new NotTaken(302, "").outage()).isEqualTo(Outage.AWAY);
        assertThat(new NotTaken(401, "no")).hasMessage("HTTP status 401: no");
    }

    @Test
    void whoFollowsTheTargetMayFail() {
        answer = "{\"target\":1}";
        Reporter.start(url, "token", live);

        live.contextStarted(target -> {
            throw new IllegalStateException("stopping");
        });
        await().until(() -> !bodies.isEmpty());
        live.contextStarted(targets::add);

        await().until(() -> targets.contains(1));
    }

    @Test
    void nobodyWaitsForAReportThatNobodySends() throws InterruptedException {
        live.contextStopping();

        live.awaitDelivery(Duration.ofDays(1));
    }

    @Test
    void nobodyWaitsForAnOperatorThatDoesNotWantTheReports() throws InterruptedException {
        status = 401;
        Reporter.start(url, "token", live);
        live.contextStopping();
        live.awaitDelivery(Duration.ofDays(1));
        live.contextStopped();
        live.awaitDelivery(Duration.ofDays(1));

        answer = "{\"target\":1}";
        status = 200;
        live.contextStarted(targets::add);
        await().until(() -> targets.contains(1));
        live.executorsWanted(7);
        live.awaitDelivery(Duration.ofSeconds(10));
        assertThat(last()).contains("\"wanted\":7");
    }

    @Test
    void nobodyWaitsForLongForAnOperatorThatIsAway() throws InterruptedException {
        operator.stop(0);
        Reporter.start(url, "token", live);
        live.contextStopping();

        live.awaitDelivery(Duration.ofMillis(50));
    }
}
