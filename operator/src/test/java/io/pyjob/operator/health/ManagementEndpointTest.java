package io.pyjob.operator.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.operator.http.Answer;
import io.pyjob.operator.http.Head;
import io.pyjob.operator.http.Reception;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ManagementEndpointTest {
    private Stage stage = Stage.LEADING;
    private Optional<String> stuck = Optional.empty();
    private final ManagementEndpoint endpoint =
            new ManagementEndpoint(() -> stage, () -> stuck, () -> "pyjob_leader 1.0\n");

    private Answer get(String path) {
        return ((Reception.Answered) endpoint.receive(new Head("GET", path, null))).answer();
    }

    @ParameterizedTest
    @CsvSource({
        "STARTING, 503, the operator starts",
        "STANDBY, 200, the operator waits for the lease",
        "TAKING_OVER, 503, the operator has the lease and reads what there is",
        "LEADING, 200, the operator leads",
        "STOPPING, 503, the operator stops"
    })
    void readinessSaysWhereTheOperatorIs(Stage now, int status, String words) {
        stage = now;
        assertThat(get("/readyz")).isEqualTo(Answer.text(status, words + "\n"));
        assertThat(get("/healthz").status()).isEqualTo(200);
    }

    @Test
    void whatIsStuckIsNotAlive() {
        stuck = Optional.of("2 threads wait for each other");
        assertThat(get("/healthz")).isEqualTo(Answer.text(503, "2 threads wait for each other\n"));
    }

    @Test
    void metricsAreInTheFormOfPrometheus() {
        Answer answer = get("/metrics");
        assertThat(answer.body()).isEqualTo("pyjob_leader 1.0\n");
        assertThat(answer.headers()).containsEntry("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    }

    @Test
    void nothingElseIsThere() {
        assertThat(get("/").status()).isEqualTo(404);
        assertThat(get("/metrics/").status()).isEqualTo(404);
        assertThat(((Reception.Answered) endpoint.receive(new Head("POST", "/metrics", null)))
                        .answer()
                        .status())
                .isEqualTo(405);
    }

    @Test
    void onlyWorkThatNeverEndsIsStuck() {
        assertThat(new Liveness(Optional::empty).stuck()).isEmpty();
        assertThat(new Liveness(() -> Optional.of(Duration.ofMinutes(9))).stuck())
                .isEmpty();
        assertThat(new Liveness(() -> Optional.of(Duration.ofMinutes(11))).stuck())
                .contains("work on a job has been going on for 660 s");
    }
}
