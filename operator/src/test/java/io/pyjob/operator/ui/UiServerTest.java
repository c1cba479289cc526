package io.pyjob.operator.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pyjob.operator.ui.Access.Verdict;
import io.pyjob.operator.ui.JobView.Application;
import io.pyjob.operator.ui.JobView.Driver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy between real sockets: a driver that answers what the tests say, and rights that they give. */
final class UiServerTest {
    private static final String BODY = "x".repeat(3_000_000);

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Headers> seen = Collections.synchronizedList(new ArrayList<>());
    private final List<String> paths = Collections.synchronizedList(new ArrayList<>());
    private HttpServer driver;
    private UiServer server;
    private int driverPort;

    /** alice may see science/flights, bob nothing; the API server does not know others. */
    private static final Access ACCESS = (token, namespace, job) -> switch (token) {
        case "alice" -> namespace.equals("science") ? new Verdict.Allowed() : new Verdict.Forbidden("alice");
        case "bob" -> new Verdict.Forbidden("<bob>");
        case "broken" -> throw new IllegalStateException("no API server");
        default -> new Verdict.Unknown();
    };

    @BeforeEach
    void start() throws IOException, InterruptedException {
        driver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        driver.createContext("/", this::answer);
        driver.start();
        driverPort = driver.getAddress().getPort();
        server = UiServer.listen(0, ACCESS, new Jobs() {
            @Override
            public JobView find(String namespace, String job) {
                return new JobView(
                        "Running",
                        true,
                        Optional.of(new Driver("127.0.0.1", driverPort, "flights-1-0")),
                        List.of(new Application(1, "flights-1-0", "")));
            }

            @Override
            public Optional<URI> history(String namespace) {
                return Optional.empty();
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
        driver.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            seen.add(exchange.getRequestHeaders());
            paths.add(exchange.getRequestURI().toString());
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Type", "text/plain");
            headers.set("Set-Cookie", "evil=1");
            headers.set("Access-Control-Allow-Origin", "*");
            headers.set("Server", "Jetty");
            switch (exchange.getRequestURI().getPath()) {
                case "/" -> {
                    headers.set("Location", "http://127.0.0.1:" + driverPort + "/jobs/");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/evil" -> {
                    headers.set("Location", "http://evil.example.com/");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/missing" -> exchange.sendResponseHeaders(404, -1);
                case "/missing-at-length" -> {
                    exchange.sendResponseHeaders(404, BODY.length());
                    exchange.getResponseBody().write(BODY.getBytes(StandardCharsets.US_ASCII));
                }
                case "/broken" -> exchange.sendResponseHeaders(500, -1);
                case "/chunked" -> send(exchange, BODY, 0);
                default -> send(exchange, BODY, BODY.length());
            }
        }
    }

    private static void send(HttpExchange exchange, String body, long length) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(200, length);
        exchange.getResponseBody().write(body.getBytes(StandardCharsets.US_ASCII));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        return send(request(path).header("Authorization", "Bearer " + token));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/jobs/?a=b&c=%2F", "/chunked"})
    void whoMaySeesThePage(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/science/flights" + path, "alice");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(BODY);
        assertThat(paths).containsExactly(path);
    }

    @Test
    void theTokenAndCookiesStayHere() throws IOException, InterruptedException {
        send(request("/science/flights/jobs/")
                .header("Authorization", "Bearer alice")
                .header("Cookie", "session=1")
                .header("X-Forwarded-Context", "/evil")
                .header("X-Forwarded-User", "root")
                .header("Accept-Language", "fr"));
        Headers headers = seen.get(0);
        assertThat(headers).doesNotContainKeys("Authorization", "Cookie", "X-forwarded-user");
        assertThat(headers.get("X-forwarded-context")).containsExactly("/science/flights");
        assertThat(headers.getFirst("Accept-language")).isEqualTo("fr");
        assertThat(headers.getFirst("Host")).isEqualTo("127.0.0.1:" + driverPort);
    }

    @Test
    void onlyHarmlessHeadersComeBack() throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/science/flights/jobs/", "alice");
        assertThat(answer.headers().map()).doesNotContainKeys("set-cookie", "access-control-allow-origin", "server");
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain");
        assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
        assertThat(answer.headers().firstValue("content-security-policy").orElseThrow())
                .contains("default-src 'self'");
    }

    @Test
    void redirectionsStayHere() throws IOException, InterruptedException {
        HttpResponse<String> home = get("/science/flights/", "alice");
        assertThat(home.statusCode()).isEqualTo(302);
        assertThat(home.headers().firstValue("location")).contains("/science/flights/jobs/");
        assertThat(get("/science/flights", "alice").headers().firstValue("location"))
                .contains("/science/flights/");
        HttpResponse<String> evil = get("/science/flights/evil", "alice");
        assertThat(evil.statusCode()).isEqualTo(502);
        assertThat(evil.headers().firstValue("location")).isEmpty();
    }

    @Test
    void whoMayNotGetsNothing() throws IOException, InterruptedException {
        HttpResponse<String> none = send(request("/science/flights/"));
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("www-authenticate").orElseThrow()).startsWith("Bearer");
        assertThat(none.body()).contains("kubectl pyjob ui");
        assertThat(send(request("/science/flights/").header("Authorization", "Basic alice"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(get("/science/flights/", "mallory").statusCode()).isEqualTo(401);
        HttpResponse<String> bob = get("/science/flights/", "bob");
        assertThat(bob.statusCode()).isEqualTo(403);
        assertThat(bob.body()).contains("&lt;bob&gt; may not get").doesNotContain("<bob>");
        assertThat(get("/other/flights/", "alice").statusCode()).isEqualTo(403);
        HttpResponse<String> broken = get("/science/flights/", "broken");
        assertThat(broken.statusCode()).isEqualTo(503);
        assertThat(broken.body()).doesNotContain("no API server");
        assertThat(paths).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
    void nothingCanBeChanged(String method) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("/science/flights/jobs/job/kill/")
                .header("Authorization", "Bearer alice")
                .method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD");
        assertThat(get("/science/flights/jobs/job/kill/?id=1", "alice").statusCode())
                .isEqualTo(403);
        assertThat(paths).isEmpty();
    }

    @Test
    void aBodyIsNotTaken() throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("/science/flights/jobs/")
                .header("Authorization", "Bearer alice")
                .method("GET", HttpRequest.BodyPublishers.ofString("x")));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(paths).isEmpty();
    }

    @Test
    void headHasNoBody() throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("/science/flights/jobs/")
                .header("Authorization", "Bearer alice")
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void anAnswerThatIsNotWantedIsNoError() throws IOException, InterruptedException {
        try (LoggedErrors errors = LoggedErrors.listen()) {
            for (int i = 0; i < 5; i++) {
                assertThat(get("/science/flights/missing-at-length", "alice").statusCode())
                        .isEqualTo(404);
            }
            assertThat(errors.messages()).isEmpty();
        }
    }

    @Test
    void whatIsNotThereIsSaid() throws IOException, InterruptedException {
        assertThat(get("/science/flights/missing", "alice").statusCode()).isEqualTo(404);
        assertThat(get("/science/flights/broken", "alice").statusCode()).isEqualTo(500);
        assertThat(send(request("/")).statusCode()).isEqualTo(404);
        assertThat(send(request("/one")).statusCode()).isEqualTo(404);
        assertThat(send(request("/healthz")).body()).isEqualTo("ok\n");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            driverPort = taken.getLocalPort();
        }
        HttpResponse<String> silent = get("/science/flights/jobs/", "alice");
        assertThat(silent.statusCode()).isEqualTo(503);
        assertThat(silent.body()).contains("does not answer yet");
    }

    /** Each request is over when its answer is, however it ends. */
    @Test
    void afterMoreRequestsThanItTakesAtOnceItStillAnswers() throws IOException, InterruptedException {
        for (int i = 0; i < 300; i++) {
            assertThat(get("/science/flights/", i % 2 == 0 ? "alice" : "bob").statusCode())
                    .isEqualTo(i % 2 == 0 ? 302 : 403);
        }
    }
}
