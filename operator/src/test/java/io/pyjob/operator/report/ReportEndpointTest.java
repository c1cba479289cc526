package io.pyjob.operator.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pyjob.operator.http.Answer;
import io.pyjob.operator.http.Head;
import io.pyjob.operator.http.Reception;
import io.pyjob.operator.plan.DriverReport;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReportEndpointTest {
    private static final JobKey FLIGHTS = new JobKey("default", "flights");
    private static final String PATH = "/report/default/flights";
    private static final String REPORT =
            "{\"v\": 1, \"job\": \"default/flights\", \"state\": \"running\", \"executors\": {\"wanted\": 2}}";

    /** Jobs as they are told, in memory. */
    private static final class Jobs implements ReportedJobs {
        final Map<JobKey, ReportedJob> jobs = new HashMap<>();
        final Map<JobKey, DriverReport> told = new HashMap<>();

        @Override
        public Optional<ReportedJob> find(JobKey job) {
            return Optional.ofNullable(jobs.get(job));
        }

        @Override
        public void reported(JobKey job, DriverReport report) {
            told.put(job, report);
        }
    }

    private final Jobs jobs = new Jobs();
    private final ReportEndpoint endpoint = new ReportEndpoint("/report", jobs, new ObjectMapper());

    ReportEndpointTest() {
        jobs.jobs.put(FLIGHTS, new ReportedJobs.ReportedJob("a-token", OptionalInt.of(3)));
    }

    private Answer send(String method, String path, @Nullable String authorization, String body) {
        Reception reception = endpoint.receive(new Head(method, path, authorization));
        return reception instanceof Reception.Wanted wanted
                ? wanted.reader().apply(body.getBytes(StandardCharsets.UTF_8))
                : ((Reception.Answered) reception).answer();
    }

    private Answer post(String body) {
        return send("POST", PATH, "Bearer a-token", body);
    }

    @Test
    void aReportIsTakenAndAnsweredWithTheTarget() {
        assertThat(post(REPORT)).isEqualTo(Answer.json(200, "{\"v\":1,\"target\":3}"));
        assertThat(jobs.told).containsOnlyKeys(FLIGHTS);
        assertThat(jobs.told.get(FLIGHTS)).extracting(DriverReport::wanted).isEqualTo(2);
    }

    @Test
    void whereSparkDecidesThereIsNoTarget() {
        jobs.jobs.put(FLIGHTS, new ReportedJobs.ReportedJob("a-token", OptionalInt.empty()));
        assertThat(post(REPORT).body()).isEqualTo("{\"v\":1,\"target\":null}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer another",
                "Bearer a-token2",
                "Bearer a-toke",
                "a-token",
                "bearer a-token",
                "Basic a-token",
                "Bearer ",
                ""
            })
    void anotherTokenIsRefusedBeforeTheBody(String authorization) {
        Reception reception = endpoint.receive(new Head("POST", PATH, authorization));
        assertThat(reception).isInstanceOf(Reception.Answered.class);
        assertThat(((Reception.Answered) reception).answer().status()).isEqualTo(401);
    }

    @Test
    void noTokenIsRefused() {
        assertThat(send("POST", PATH, null, REPORT).status()).isEqualTo(401);
    }

    @Test
    void anUnknownJobIsAnsweredAsAWrongToken() {
        Answer wrongToken = send("POST", PATH, "Bearer another", REPORT);
        assertThat(send("POST", "/report/default/none", "Bearer a-token", REPORT))
                .isEqualTo(wrongToken);
        assertThat(send("POST", "/report/none/flights", "Bearer " + "0".repeat(64), REPORT))
                .isEqualTo(wrongToken);
    }

    @Test
    void aJobWithAnEmptyTokenTakesNone() {
        jobs.jobs.put(FLIGHTS, new ReportedJobs.ReportedJob("", OptionalInt.empty()));
        assertThat(send("POST", PATH, "Bearer ", REPORT).status()).isEqualTo(401);
    }

    @Test
    void aTokenIsForItsOwnJob() {
        jobs.jobs.put(new JobKey("default", "other"), new ReportedJobs.ReportedJob("other-token", OptionalInt.empty()));
        assertThat(send("POST", PATH, "Bearer other-token", REPORT).status()).isEqualTo(401);
        assertThat(send("POST", "/report/default/other", "Bearer other-token", REPORT))
                .extracting(Answer::status, Answer::body)
                .containsExactly(
                        400, "{\"error\":\"job: must be default/other, as in the path, not \\\"default/flights\\\"\"}");
        assertThat(jobs.told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "HEAD", "OPTIONS"})
    void onlyAPostIsAReport(String method) {
        Answer answer = send(method, PATH, "Bearer a-token", REPORT);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("Allow", "POST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/report",
                "/report/",
                "/report/default",
                "/report/default/",
                "/report//flights",
                "/report/default/flights/",
                "/report/default/flights/x",
                "/reports/default/flights",
                "/x/report/default/flights",
                "default/flights"
            })
    void otherPathsAreNotFound(String path) {
        assertThat(send("POST", path, "Bearer a-token", REPORT).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "nonsense",
                "[[[",
                "{\"v\": 1, \"job\": \"default/flights\", \"state\": \"dancing \\\"x\\\"\"}",
                "\"\\ud800"
            })
    void whatIsMalformedIsAnsweredWithWhy(String body) throws JsonProcessingException {
        Answer answer = post(body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(new ObjectMapper().readTree(answer.body()).path("error").asText())
                .isNotEmpty();
        assertThat(jobs.told).isEmpty();
    }

    @Test
    void depthIsBounded() {
        assertThat(post("[".repeat(60_000)).status()).isEqualTo(400);
    }
}
