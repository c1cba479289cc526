package io.pyjob.operator.ui;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JobPathTest {
    @Test
    void itHasNamespaceJobAndRest() {
        assertThat(JobPath.of("/science/flights.v2/jobs/")).contains(new JobPath("science", "flights.v2", "/jobs/"));
        assertThat(JobPath.of("/science/flights")).contains(new JobPath("science", "flights", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/science",
                "/science/",
                "//flights/",
                "/Science/flights/",
                "/science/flights/../other/",
                "/science/flights/./",
                "/science/flights//evil.example.com/",
                "/science/flights/%2e%2e/other/",
                "/science/flights/a%2Fb",
                "/science/flights/a%5cb",
                "/science/flights/a\\b",
                "/sci%65nce/flights/",
                "http://evil.example.com/science/flights/",
                "/science/..",
                "/science/-flights/"
            })
    void whatLeadsOutIsNone(String path) {
        assertThat(JobPath.of(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/jobs/job/kill/", "/jobs/job/kill", "/stages/stage/kill/", "/SQL/kill/x", "/stages/stage/KILL/"
            })
    void whatEndsSomethingIsSeen(String rest) {
        assertThat(new JobPath("a", "b", rest).isKill()).isTrue();
    }

    @Test
    void theRestOnlyShows() {
        assertThat(new JobPath("a", "b", "/jobs/").isKill()).isFalse();
        assertThat(new JobPath("a", "b", "/static/killer.js").isKill()).isFalse();
    }

    @Test
    void anApplicationIsNamedInTwoPlaces() {
        assertThat(new JobPath("a", "b", "/history/x-1-0/jobs/").application()).contains("x-1-0");
        assertThat(new JobPath("a", "b", "/api/v1/applications/x-1-0").application())
                .contains("x-1-0");
        assertThat(new JobPath("a", "b", "/api/v1/applications").application()).isEmpty();
        assertThat(new JobPath("a", "b", "/jobs/").application()).isEmpty();
    }
}
