package io.pyjob.operator.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.operator.ui.Destination.Elsewhere;
import io.pyjob.operator.ui.Destination.Here;
import io.pyjob.operator.ui.Destination.There;
import io.pyjob.operator.ui.JobView.Application;
import io.pyjob.operator.ui.JobView.Driver;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which page a request gets. */
final class RouteTest {
    private static final Application FIRST = new Application(1, "flights-1-3f2a9c1b", "it <failed>");
    private static final Application SECOND = new Application(2, "flights-2-3f2a9c1b", "");
    private static final Optional<URI> HISTORY = Optional.of(URI.create("http://history.science.svc:18080"));
    private static final JobView RUNNING = new JobView(
            "Running", true, Optional.of(new Driver("10.0.0.7", 4040, SECOND.id())), List.of(FIRST, SECOND));
    private static final JobView STARTING = new JobView("Starting", false, Optional.empty(), List.of(FIRST));
    private static final JobView ENDED = new JobView("Succeeded", false, Optional.empty(), List.of(FIRST));
    private static final JobView ENDED_TWICE = new JobView("Failed", false, Optional.empty(), List.of(FIRST, SECOND));
    private static final JobView GONE = new JobView("", false, Optional.empty(), List.of(FIRST));
    private static final JobView UNKNOWN = new JobView("", false, Optional.empty(), List.of());

    private static Destination of(String rest, JobView job, Optional<URI> history) {
        return Route.of(new JobPath("science", "flights", rest), job, history);
    }

    private static String there(Destination destination) {
        There there = (There) destination;
        assertThat(there.prefix()).isEqualTo("/science/flights");
        return there.host() + ":" + there.port() + there.path();
    }

    private static Page page(Destination destination) {
        return ((Here) destination).page();
    }

    @Test
    void aRunningJobsPagesAreItsDrivers() {
        for (String rest : List.of("/", "/jobs/", "/static/webui.js", "/api/v1/applications", "/metrics/json")) {
            assertThat(there(of(rest, RUNNING, HISTORY))).isEqualTo("10.0.0.7:4040" + rest);
        }
        String environment = "/api/v1/applications/" + SECOND.id() + "/environment";
        assertThat(there(of(environment, RUNNING, HISTORY))).isEqualTo("10.0.0.7:4040" + environment);
    }

    @Test
    void itsEarlierAttemptsAreTheHistoryServers() {
        for (String rest : List.of("/history/" + FIRST.id() + "/jobs/", "/api/v1/applications/" + FIRST.id())) {
            assertThat(there(of(rest, RUNNING, HISTORY))).isEqualTo("history.science.svc:18080" + rest);
        }
    }

    @Test
    void anEndedJobLeadsToItsHistory() {
        assertThat(of("/", ENDED, HISTORY))
                .isEqualTo(new Elsewhere("/science/flights/history/" + FIRST.id() + "/jobs/"));
        assertThat(of("/", GONE, HISTORY)).isEqualTo(of("/", ENDED, HISTORY));
        assertThat(there(of("/static/webui.js", ENDED, HISTORY))).endsWith("/static/webui.js");
        assertThat(page(of("/jobs/", ENDED, HISTORY)).status()).isEqualTo(404);
    }

    @Test
    void ofSeveralAttemptsOneIsChosen() {
        Page page = page(of("/", ENDED_TWICE, HISTORY));
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.html())
                .contains("href=\"/science/flights/history/" + SECOND.id() + "/jobs/\"")
                .contains("it &lt;failed&gt;");
    }

    @Test
    void nobodyElsesApplicationIsShown() {
        for (String rest : List.of("/history/other-1-00000000/jobs/", "/api/v1/applications/other-1-00000000")) {
            for (JobView job : List.of(RUNNING, ENDED, GONE, UNKNOWN)) {
                assertThat(page(of(rest, job, HISTORY)).status()).isEqualTo(404);
            }
        }
        assertThat(page(of("/api/v1/applications", ENDED, HISTORY)).status())
                .as("all of the server's")
                .isEqualTo(404);
    }

    @Test
    void nothingIsEnded() {
        for (JobView job : List.of(RUNNING, ENDED)) {
            assertThat(page(of("/jobs/job/kill/", job, HISTORY)).status()).isEqualTo(403);
        }
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThat(page(of("/", STARTING, HISTORY))).satisfies(page -> {
            assertThat(page.status()).isEqualTo(503);
            assertThat(page.html()).contains("has no driver now", "Starting");
        });
        assertThat(page(of("/", ENDED, Optional.empty()))).satisfies(page -> {
            assertThat(page.status()).isEqualTo(404);
            assertThat(page.html()).contains("no history server", "history: {enabled: true}");
        });
        assertThat(page(of("/", UNKNOWN, HISTORY))).satisfies(page -> {
            assertThat(page.status()).isEqualTo(404);
            assertThat(page.html()).contains("No job science/flights");
        });
        There off = (There) of(
                "/",
                new JobView("Running", false, Optional.of(new Driver("10.0.0.7", 4040, FIRST.id())), List.of(FIRST)),
                HISTORY);
        assertThat(off.silence().html()).contains("spark.ui.enabled: &quot;true&quot;");
    }

    @Test
    void withoutASlashThereIsOnePutBehind() {
        assertThat(of("", RUNNING, HISTORY)).isEqualTo(new Elsewhere("/science/flights/"));
    }
}
