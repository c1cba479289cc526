package io.pyjob.operator.metrics;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.util.List;

/** Counts the API server's answers. */
public final class ApiRequests implements Interceptor {
    private static final String NO_ANSWER = "none";

    private final MeterRegistry registry;

    ApiRequests(MeterRegistry registry) {
        this.registry = registry;
        count("GET", "200", 0);
        count("GET", NO_ANSWER, 0);
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        count(request.method(), Integer.toString(response.code()), 1);
    }

    @Override
    public void afterConnectionFailure(HttpRequest request, Throwable failure) {
        count(request.method(), NO_ANSWER, 1);
    }

    private void count(String method, String status, int more) {
        Counter.builder("pyjob.api.requests")
                .description("Requests to the API server, by method and HTTP status; none where no answer came")
                .tag("method", method)
                .tag("status", status)
                .register(registry)
                .increment(more);
    }
}
