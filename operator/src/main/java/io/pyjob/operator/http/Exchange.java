package io.pyjob.operator.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer. Belongs to the server's thread. */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedServer.class);
    private static final Answer TOO_SLOW = Answer.json(408, "{\"error\":\"the request did not come in time\"}");
    private static final Answer FAILED = Answer.json(500, "{\"error\":\"the operator failed; its log says how\"}");
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final HttpServerRequest request;
    private final Limits limits;
    private final BoundedServer.Listener listener;
    private final Runnable done;
    private final long start = System.nanoTime();
    private @Nullable Reception reception;
    private @Nullable Buffer body;
    private long received;
    private boolean answered;

    Exchange(HttpServerRequest request, Limits limits, BoundedServer.Listener listener, Runnable done) {
        this.request = request;
        this.limits = limits;
        this.listener = listener;
        this.done = done;
    }

    void begin(Endpoint endpoint) {
        request.exceptionHandler(e -> LOG.debug("a request was broken off", e));
        Head head = new Head(request.method().name(), request.path(), request.getHeader("Authorization"));
        try {
            reception = endpoint.receive(head);
        } catch (RuntimeException e) { // whatever it is: a defect shown by one request must not take the server down
            LOG.error("{} {} failed", head.method(), head.path(), e);
            reception = new Reception.Answered(FAILED);
        }
        if (reception instanceof Reception.Wanted) {
            body = Buffer.buffer();
            if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
                request.response().writeContinue();
            }
        }
        request.handler(this::part);
        request.endHandler(end -> whole());
    }

    /** The time is over. */
    void tooSlow() {
        answer(TOO_SLOW);
    }

    /** A body that nobody wants is read all the same, and forgotten: an answer before its end might never be seen. */
    private void part(Buffer part) {
        received += part.length();
        if (received > limits.bodyBytes()) {
            body = null;
            answer(reception instanceof Reception.Answered a && !a.answer().isOk() ? a.answer() : limits.tooLarge());
        } else if (body != null) {
            body.appendBuffer(part);
        }
    }

    private void whole() {
        if (reception instanceof Reception.Answered a) {
            answer(a.answer());
        } else if (reception instanceof Reception.Wanted w && body != null) {
            answer(read(w.reader(), body.getBytes()));
        }
    }

    private Answer read(Function<byte[], Answer> reader, byte[] bytes) {
        try {
            return reader.apply(bytes);
        } catch (RuntimeException e) { // as above
            LOG.error("{} {} failed", request.method(), request.path(), e);
            return FAILED;
        }
    }

    private void answer(Answer answer) {
        if (answered) {
            return;
        }
        answered = true;
        HttpServerResponse response = request.response();
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        if (answer.isOk()) {
            // Clients drop an idle connection a little earlier than this side, and never send on one that is closing.
            response.putHeader("Connection", "keep-alive")
                    .putHeader(
                            "Keep-Alive",
                            "timeout=" + limits.idleTime().minus(MARGIN).toSeconds());
        } else {
            response.putHeader("Connection", "close");
        }
        response.end(answer.body());
        if (!answer.isOk()) {
            request.connection().close();
        }
        done.run();
        listener.answered(answer.status(), Duration.ofNanos(System.nanoTime() - start));
    }
}
