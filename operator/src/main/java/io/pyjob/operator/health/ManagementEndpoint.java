package io.pyjob.operator.health;

import io.pyjob.operator.http.Answer;
import io.pyjob.operator.http.Endpoint;
import io.pyjob.operator.http.Head;
import io.pyjob.operator.http.Reception;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code /healthz}, {@code /readyz} and {@code /metrics}.
 *
 * @param stage where the operator is
 * @param stuck what only a restart helps against, if there is something; an API server that is away is no such thing
 * @param metrics in the text form of Prometheus
 */
public record ManagementEndpoint(Supplier<Stage> stage, Supplier<Optional<String>> stuck, Supplier<String> metrics)
        implements Endpoint {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    @Override
    public Reception receive(Head head) {
        return new Reception.Answered(answer(head));
    }

    private Answer answer(Head head) {
        if (!head.method().equals("GET")) {
            return Answer.text(405, "only GET is answered\n").with("Allow", "GET");
        }
        return switch (head.path()) {
            case "/healthz" ->
                stuck.get().map(why -> Answer.text(503, why + "\n")).orElse(Answer.text(200, "ok\n"));
            case "/readyz" -> {
                Stage now = stage.get();
                yield Answer.text(now.isReady() ? 200 : 503, "the operator " + now.words() + "\n");
            }
            case "/metrics" -> Answer.text(200, metrics.get()).with("Content-Type", PROMETHEUS);
            default -> Answer.text(404, "there are /healthz, /readyz and /metrics\n");
        };
    }
}
