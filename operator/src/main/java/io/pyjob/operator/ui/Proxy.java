package io.pyjob.operator.ui;

import io.pyjob.operator.ui.Access.Verdict;
import io.pyjob.operator.ui.Destination.Elsewhere;
import io.pyjob.operator.ui.Destination.Here;
import io.pyjob.operator.ui.Destination.There;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes requests on to drivers and history servers, for who may see them.
 *
 * <p>What a job answers is not to be trusted, nor is who asks: only a few headers pass, in either direction, and the user's
 * token is not among them; redirections lead to this server only; all is bounded.
 */
final class Proxy extends AbstractVerticle {
    private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);
    private static final int MOST_AT_ONCE = 256;
    private static final int LONGEST_LINE = 8192;
    private static final int LARGEST_HEADERS = 32 * 1024;
    private static final int IDLE_SECONDS = 150;
    private static final int CONNECT_MILLIS = 3_000;

    /** A history server reads a whole log before it answers. */
    private static final long ANSWER_MILLIS = 120_000;

    private static final long MOST_BYTES = 1L << 30;
    private static final List<String> TO_SPARK =
            List.of("Accept", "Accept-Language", "Accept-Encoding", "If-Modified-Since", "If-None-Match");
    private static final List<String> FROM_SPARK = List.of(
            "Content-Type",
            "Content-Encoding",
            "Content-Disposition",
            "Cache-Control",
            "Last-Modified",
            "ETag",
            "Expires",
            "Vary");

    /** A job's page may carry scripts of whoever wrote the job: they can talk to nobody but this server. */
    private static final String POLICY = "default-src 'self' data: 'unsafe-inline' 'unsafe-eval'; form-action 'self';"
            + " base-uri 'self'; frame-ancestors 'self'; object-src 'none'";

    private final int port;
    private final Access access;
    private final Jobs jobs;
    private volatile @Nullable HttpServer server;
    private @Nullable HttpClient client;
    private int active;

    Proxy(int port, Access access, Jobs jobs) {
        this.port = port;
        this.access = access;
        this.jobs = jobs;
    }

    int port() {
        return Objects.requireNonNull(server, "it does not listen yet").actualPort();
    }

    @Override
    public void start(Promise<Void> started) {
        client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setMaxHeaderSize(LARGEST_HEADERS)
                        .setDecompressionSupported(false)
                        .setKeepAliveTimeout(10),
                new PoolOptions().setHttp1MaxSize(32).setMaxWaitQueueSize(MOST_AT_ONCE));
        HttpServer listening = vertx.createHttpServer(new HttpServerOptions()
                        .setPort(port)
                        .setHttp2ClearTextEnabled(false)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setMaxInitialLineLength(LONGEST_LINE)
                        .setMaxHeaderSize(LARGEST_HEADERS)
                        .setMaxFormAttributeSize(0))
                .requestHandler(this::requested)
                .exceptionHandler(e -> LOG.debug("a connection failed before it made a request", e));
        server = listening;
        listening.listen().<Void>mapEmpty().onComplete(started);
    }

    private void requested(HttpServerRequest request) {
        request.exceptionHandler(e -> LOG.debug("a request was broken off", e));
        if (request.path() != null && request.path().equals("/healthz")) {
            request.response().end("ok\n");
            return;
        }
        if (active >= MOST_AT_ONCE) {
            send(request, Pages.TOO_MANY);
            return;
        }
        active++;
        // Of a connection that is closed in between, the request's end is told, too.
        boolean[] isOver = {false};
        Runnable over = () -> {
            if (!isOver[0]) {
                isOver[0] = true;
                active--;
            }
        };
        request.response().endHandler(ended -> over.run());
        request.response().closeHandler(closed -> over.run());
        Optional<Page> refusal = refusal(request);
        if (refusal.isPresent()) {
            send(request, refusal.get());
            return;
        }
        JobPath path = JobPath.of(request.path()).orElseThrow();
        String token = token(request).orElseThrow();
        vertx.executeBlocking(() -> destination(path, token), false).onComplete(decided -> {
            if (decided.succeeded()) {
                go(request, decided.result());
            } else {
                LOG.warn("{} cannot be shown", path.title(), decided.cause());
                send(request, Pages.API_SERVER);
            }
        });
    }

    /** What can be told without asking anybody. */
    private static Optional<Page> refusal(HttpServerRequest request) {
        if (!HttpMethod.GET.equals(request.method()) && !HttpMethod.HEAD.equals(request.method())) {
            return Optional.of(Pages.READ_ONLY);
        }
        String length = request.getHeader("Content-Length");
        if (request.getHeader("Transfer-Encoding") != null || (length != null && !length.equals("0"))) {
            return Optional.of(Pages.NO_BODY);
        }
        if ("/".equals(request.path())) {
            return Optional.of(Pages.ROOT);
        }
        if (request.path() == null || JobPath.of(request.path()).isEmpty()) {
            return Optional.of(Pages.NO_SUCH_PATH);
        }
        return token(request).isEmpty() ? Optional.of(Pages.NO_TOKEN) : Optional.empty();
    }

    private static Optional<String> token(HttpServerRequest request) {
        String header = Objects.requireNonNullElse(request.getHeader("Authorization"), "");
        return header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? Optional.of(header.substring(7).strip()).filter(token -> !token.isEmpty())
                : Optional.empty();
    }

    /** In a thread that may wait. */
    private Destination destination(JobPath path, String token) {
        Verdict verdict = access.judge(token, path.namespace(), path.job());
        if (verdict instanceof Verdict.Unknown) {
            return new Here(Pages.BAD_TOKEN);
        }
        if (verdict instanceof Verdict.Forbidden forbidden) {
            return new Here(Pages.forbidden(path, forbidden.user()));
        }
        return Route.of(path, jobs.find(path.namespace(), path.job()), jobs.history(path.namespace()));
    }

    private void go(HttpServerRequest request, Destination destination) {
        if (destination instanceof Here here) {
            send(request, here.page());
        } else if (destination instanceof Elsewhere elsewhere) {
            request.response()
                    .setStatusCode(302)
                    .putHeader("Location", elsewhere.path())
                    .putHeader("Cache-Control", "no-store")
                    .end();
        } else if (destination instanceof There there) {
            pass(request, there);
        }
    }

    private void pass(HttpServerRequest request, There there) {
        String query = request.query() == null ? "" : "?" + request.query();
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setHost(there.host())
                .setPort(there.port())
                .setURI(there.path() + query)
                .setTimeout(ANSWER_MILLIS);
        for (String name : TO_SPARK) {
            String value = request.getHeader(name);
            if (value != null) {
                options.putHeader(name, value);
            }
        }
        // By this Spark's pages know what stands before their own links.
        options.putHeader("X-Forwarded-Context", there.prefix());
        Objects.requireNonNull(client)
                .request(options)
                .compose(upstream -> {
                    request.response().exceptionHandler(gone -> upstream.reset());
                    return upstream.send();
                })
                .onSuccess(answer -> answered(request, there, answer))
                .onFailure(e -> {
                    LOG.debug("{}:{} does not answer", there.host(), there.port(), e);
                    send(request, there.silence());
                });
    }

    private static void answered(HttpServerRequest request, There there, HttpClientResponse answer) {
        // Without this Vert.x tells the end of an answer that is not wanted as an error.
        answer.exceptionHandler(e -> LOG.debug("an answer of {}:{} was broken off", there.host(), there.port(), e));
        HttpServerResponse response = request.response();
        String location = answer.getHeader("Location");
        Optional<String> here = location == null
                ? Optional.empty()
                : Locations.here(location, there.host(), there.port(), there.prefix());
        if (location != null && here.isEmpty()) {
            answer.request().reset();
            send(request, Pages.UPSTREAM);
            return;
        }
        if (answer.statusCode() == 404) {
            answer.request().reset();
            send(request, there.missing());
            return;
        }
        response.setStatusCode(answer.statusCode());
        here.ifPresent(path -> response.putHeader("Location", path));
        for (String name : FROM_SPARK) {
            String value = answer.getHeader(name);
            if (value != null) {
                response.putHeader(name, value);
            }
        }
        protect(response);
        if (HttpMethod.HEAD.equals(request.method()) || answer.statusCode() == 304) {
            answer.resume();
            response.end();
            return;
        }
        String length = answer.getHeader("Content-Length");
        if (length != null) {
            response.putHeader("Content-Length", length);
        } else {
            response.setChunked(true);
        }
        stream(answer, response);
    }

    private static void stream(HttpClientResponse answer, HttpServerResponse response) {
        long[] passed = {0};
        answer.exceptionHandler(e -> response.reset());
        answer.handler(part -> {
            passed[0] += part.length();
            if (passed[0] > MOST_BYTES) {
                answer.request().reset();
                response.reset();
                return;
            }
            response.write(part);
            if (response.writeQueueFull()) {
                answer.pause();
                response.drainHandler(drained -> answer.resume());
            }
        });
        answer.endHandler(end -> response.end());
    }

    private static void protect(HttpServerResponse response) {
        response.putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "SAMEORIGIN")
                .putHeader("Referrer-Policy", "same-origin");
    }

    private static void send(HttpServerRequest request, Page page) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        protect(response);
        page.headers().forEach(response::putHeader);
        response.setStatusCode(page.status())
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-store");
        response.end(page.html());
    }
}
