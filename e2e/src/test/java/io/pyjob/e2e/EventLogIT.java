package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pyjob.operator.ui.Access;
import io.pyjob.operator.ui.JobView;
import io.pyjob.operator.ui.Jobs;
import io.pyjob.operator.ui.UiServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Event logs of runs on one machine, Spark's history server on them, and the proxy in front of it. */
class EventLogIT {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final String[] COUNT = {
        "from pyspark.sql import SparkSession",
        "spark = SparkSession.builder.getOrCreate()",
        "print(spark.range(1000).selectExpr('sum(id)').first()[0])"
    };

    private final PyJob pyjob = PyJob.inNewFolder();
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    private Path folder() {
        return pyjob.work().resolve("event logs");
    }

    private List<String> logs() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private HttpResponse<String> get(String address) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(address))
                        .header("Authorization", "Bearer x")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aRunsEventLogIsShownByTheHistoryServerAndByTheProxy() throws IOException, InterruptedException {
        pyjob.write("count.py", COUNT);
        PyJob.Ended run = pyjob.runJob("-q", "-e", "1", "--name", "counted", "--event-log", "event logs", "count.py");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("499500\n");
        assertThat(logs()).singleElement().asString().matches("eventlog_v2_counted-1-[0-9a-f]{8}");
        String id = logs().get(0).replace("eventlog_v2_", "");
        try (Stream<Path> parts = Files.list(folder().resolve(logs().get(0)))) {
            assertThat(parts.map(part -> part.getFileName().toString()))
                    .contains("appstatus_" + id)
                    .anyMatch(name -> name.startsWith("events_1_") && name.endsWith(".zstd"));
        }

        PyJob.Running history = pyjob.start("history", "event logs", "--port", "0");
        try {
            await("the history server").atMost(LONG).until(() -> history.out().contains("\n") || !history.isAlive());
            assertThat(history.out()).as(history.err()).startsWith("http://127.0.0.1:");
            String address = history.out().strip();
            await("the log")
                    .atMost(LONG)
                    .until(() -> get(address + "api/v1/applications").body().contains(id));
            JsonNode application = new ObjectMapper()
                    .readTree(get(address + "api/v1/applications/" + id).body());
            assertThat(application.at("/attempts/0/completed").asBoolean()).isTrue();
            assertThat(get(address + "history/" + id + "/jobs/").body()).contains("Spark Jobs");
            assertThat(get(address + "api/v1/applications/" + id + "/environment")
                            .body())
                    .containsPattern("\"spark.pyjob.job\",\\s*\"default/counted\"");
            throughTheProxy(URI.create(address), id);
        } finally {
            ProcessHandle.of(history.pid()).ifPresent(ProcessHandle::destroy);
            await("its end").atMost(LONG).until(() -> !history.isAlive());
        }
    }

    private void throughTheProxy(URI history, String id) throws IOException, InterruptedException {
        Access access = (token, namespace, job) -> new Access.Verdict.Allowed();
        Jobs jobs = new Jobs() {
            @Override
            public JobView find(String namespace, String job) {
                return new JobView(
                        "Succeeded", false, Optional.empty(), List.of(new JobView.Application(1, id, "it succeeded")));
            }

            @Override
            public Optional<URI> history(String namespace) {
                return Optional.of(history);
            }
        };
        try (UiServer server = UiServer.listen(0, access, jobs)) {
            String root = "http://127.0.0.1:" + server.port();
            HttpResponse<String> page = get(root + "/science/counted");
            assertThat(page.uri().getPath()).isEqualTo("/science/counted/history/" + id + "/jobs/");
            assertThat(page.body())
                    .contains("Spark Jobs", "href=\"/science/counted/history/" + id + "/stages/\"")
                    .doesNotContain("href=\"/history/", "src=\"/static/", "href=\"/static/");
            String script = page.body().replaceAll("(?s).*?src=\"(/science/counted/static/[^\"]+)\".*", "$1");
            assertThat(get(root + script).statusCode()).isEqualTo(200);
            assertThat(get(root + "/science/counted/history/" + id + "/executors/")
                            .body())
                    .contains("setUIRoot('/science/counted')");
            HttpResponse<String> missing = get(root + "/science/counted/history/other-1-00000000/jobs/");
            assertThat(missing.statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aFailedScriptsLogIsFinishedAndAKilledDriversIsNot() throws IOException {
        pyjob.write("fails.py", COUNT[0], COUNT[1], "spark.range(3).count()", "raise ValueError('no')");
        assertThat(pyjob.runJob("-q", "-e", "1", "--event-log", "event logs", "fails.py")
                        .code())
                .isEqualTo(1);
        assertThat(statuses()).singleElement().asString().doesNotEndWith(".inprogress");

        pyjob.write(
                "killed.py",
                COUNT[0],
                COUNT[1],
                "spark.range(3).count()",
                "spark.sparkContext._jvm.java.lang.Runtime.getRuntime().halt(9)");
        assertThat(pyjob.runJob("-q", "-e", "1", "--event-log", "event logs", "killed.py")
                        .code())
                .isNotZero();
        assertThat(statuses()).anyMatch(name -> name.startsWith("appstatus_killed-1-") && name.endsWith(".inprogress"));
    }

    private List<String> statuses() throws IOException {
        try (Stream<Path> files = Files.walk(folder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("appstatus_"))
                    .toList();
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsToldWithTheField() {
        pyjob.write("count.py", COUNT);
        pyjob.write("file", "x");
        PyJob.Ended run = pyjob.runJob("-q", "-e", "1", "--event-log", "file/below", "count.py");
        assertThat(run.code()).isNotZero();
        assertThat(run.err()).contains("the event log cannot be written", "spec.eventLog");
    }

    @Test
    void aClaimIsNotThereOnOneMachine() {
        pyjob.write(
                "job.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: counted}",
                "spec: {script: {path: count.py}, executors: {instances: 1}, eventLog: {claim: events}}");
        pyjob.write("count.py", COUNT);
        PyJob.Ended run = pyjob.runJob("job.yaml");
        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.err()).contains("spec.eventLog.claim is for a cluster; --event-log DIR");
    }

    @Test
    void aFolderThatIsNotThereIsTold() {
        PyJob.Ended history = pyjob.run("history", "none");
        assertThat(history.code()).isEqualTo(69);
        assertThat(history.err()).contains("none is no folder");
    }
}
