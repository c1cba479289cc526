package io.pyjob.executor.metrics;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.executor.python.PoolFigures;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
    private static final PoolFigures FIGURES = new PoolFigures(
            1,
            2,
            30,
            Map.of("crashed", 4L, "a \"new\"\ncause", 1L),
            1,
            3,
            5,
            0.5,
            100,
            0.25,
            1L << 32,
            OptionalLong.of(77),
            OptionalLong.of(88),
            1.5,
            2);
    private static final Path DOCS = Path.of("../docs/metrics.md");

    private static final Path RECORDED = Path.of("../e2e/src/test/resources/metrics/executor.txt");

    private static Set<String> names(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(toCollection(TreeSet::new));
    }

    private static HttpResponse<String> get(MetricsServer server, String path, String method)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void thePageHasAllFigures() {
        assertThat(MetricsPage.of(FIGURES, 10, 20, 30).lines())
                .contains(
                        "# TYPE pyjob_python_workers gauge",
                        "pyjob_python_workers{state=\"idle\"} 1",
                        "pyjob_python_workers{state=\"busy\"} 2",
                        "pyjob_python_workers_forked_total 30",
                        "pyjob_python_workers_ended_total{cause=\"crashed\"} 4",
                        "pyjob_python_workers_ended_total{cause=\"workerMemory\"} 0",
                        "pyjob_python_workers_ended_total{cause=\"a \\\"new\\\"\\ncause\"} 1",
                        "pyjob_python_pool_restarts_total 1",
                        "pyjob_python_queue_wait_seconds_total 0.5",
                        "pyjob_python_acquire_seconds_sum 0.25",
                        "pyjob_python_acquire_seconds_count 100",
                        "pyjob_python_memory_bytes 4294967296",
                        "pyjob_python_container_memory_limit_bytes 88",
                        "pyjob_executor_heap_bytes 10",
                        "pyjob_executor_arrow_bytes 30");
    }

    @Test
    void everyLineIsOfTheTextForm() {
        Pattern sample = Pattern.compile("[a-z_]+(\\{[a-z]+=\"([^\"\\\\\\n]|\\\\[\"\\\\n])*\"})? [0-9.E+-]+");
        assertThat(MetricsPage.of(FIGURES, 10, 20, 30).lines())
                .allMatch(line -> line.matches("# (HELP|TYPE) [a-z_]+ .+")
                        || sample.matcher(line).matches());
    }

    @Test
    void theDocumentationNamesWhatIsThereAndNothingElse() throws IOException {
        String docs = Files.readString(DOCS);
        String ofExecutors = docs.substring(docs.indexOf("## Executors"));
        ofExecutors = ofExecutors.substring(0, ofExecutors.indexOf("\n## ", 5));
        assertThat(names(MetricsPage.of(FIGURES, 10, 20, 30), "(?m)^# TYPE (\\w+) "))
                .isEqualTo(names(ofExecutors, "(?m)^\\| `(pyjob_\\w+)`"));
    }

    /** The dashboard's queries are tried on it. After a change that is meant, write it anew with {@code -Dgolden.write=true}. */
    @Test
    void theRecordedPageIsAsARealOne() throws IOException {
        String page = MetricsPage.of(FIGURES, 10, 20, 30);
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(RECORDED, page);
        }
        assertThat(page).isEqualTo(Files.readString(RECORDED));
    }

    @Test
    void itIsServedToPrometheus() throws Exception {
        try (MetricsServer server = MetricsServer.listen("127.0.0.1", 0, () -> FIGURES, () -> 30)) {
            HttpResponse<String> answer = get(server, "/metrics", "GET");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(answer.body()).contains("pyjob_python_workers_forked_total 30\n");
            assertThat(get(server, "/metrics", "POST").statusCode()).isEqualTo(405);
            assertThat(get(server, "/", "GET").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aPortThatIsTakenHurtsNobody() throws IOException {
        try (MetricsServer server = MetricsServer.listen("127.0.0.1", 0, () -> FIGURES, () -> 30)) {
            MetricsServer.start("127.0.0.1", server.port(), () -> FIGURES, () -> 30);
        }
    }
}
