package io.pyjob.operator.metrics;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.monitoring.Metrics.ControllerExecution;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.pyjob.api.ExecutorsStatus;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleStatus;
import io.pyjob.api.PyJobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OperatorMetricsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:10Z");
    private static final Path DOCS = Path.of("../docs/metrics.md");
    private static final Path RECORDED = Path.of("../e2e/src/test/resources/metrics/operator.txt");

    private boolean leads = true;
    private final OperatorMetrics metrics = new OperatorMetrics(() -> leads);

    @AfterEach
    void close() {
        metrics.close();
    }

    private static PyJob job(Phase phase, int desired, int ready) {
        PyJob job = new PyJob();
        job.setMetadata(new ObjectMetaBuilder()
                .withNamespace("default")
                .withName("flights")
                .withCreationTimestamp("2026-11-21T10:00:00Z")
                .build());
        job.setStatus(status(phase, desired, ready));
        return job;
    }

    private static PyJobStatus status(Phase phase, int desired, int ready) {
        Condition finished = new ConditionBuilder()
                .withType("Finished")
                .withStatus(phase.isFinal() ? "True" : "False")
                .withReason(phase.isFinal() ? "ScriptFailed" : phase.name())
                .build();
        Map<String, Object> fields = Map.of(
                "phase",
                phase,
                "conditions",
                List.of(finished),
                "executors",
                new ExecutorsStatus(desired, ready, desired, 0));
        return Serialization.unmarshal(Serialization.asJson(fields), PyJobStatus.class);
    }

    private void assertScrape(Stream<PyJob> known, String... lines) {
        assertThat(metrics.scrape(known, Stream.empty()).lines()).contains(lines);
    }

    @Test
    void jobsAndExecutorsAreCountedAtEachScrape() {
        PyJob fresh = new PyJob();
        assertScrape(
                Stream.of(job(Phase.Running, 4, 3), job(Phase.Running, 1, 1), job(Phase.Failed, 9, 9), fresh),
                "pyjob_jobs{phase=\"Running\"} 2.0",
                "pyjob_jobs{phase=\"Failed\"} 1.0",
                "pyjob_jobs{phase=\"Pending\"} 1.0",
                "pyjob_jobs{phase=\"Succeeded\"} 0.0",
                "pyjob_executors_desired 5.0",
                "pyjob_executors_ready 4.0");
        assertScrape(Stream.empty(), "pyjob_jobs{phase=\"Running\"} 0.0", "pyjob_executors_desired 0.0");
    }

    @Test
    void theLeaderSaysSo() {
        assertScrape(Stream.empty(), "pyjob_leader 1.0");
        leads = false;
        assertScrape(Stream.empty(), "pyjob_leader 0.0");
    }

    @Test
    void aJobsStartAndEndAreTimedFromItsCreation() {
        JobMetrics jobs = metrics.jobs();
        PyJob job = job(Phase.Pending, 1, 0);
        jobs.changed(job, status(Phase.Pending, 1, 0), status(Phase.Starting, 1, 0), NOW.minusSeconds(9));
        jobs.changed(job, status(Phase.Starting, 1, 0), status(Phase.Running, 1, 0), NOW.minusSeconds(6));
        jobs.changed(job, status(Phase.Running, 1, 0), status(Phase.Running, 1, 1), NOW.minusSeconds(5));
        jobs.changed(job, status(Phase.Running, 1, 1), status(Phase.Failed, 1, 0), NOW);
        jobs.changed(job, status(Phase.Failed, 1, 0), status(Phase.Failed, 1, 0), NOW.plusSeconds(1));
        assertScrape(
                Stream.empty(),
                "pyjob_job_start_seconds_count 1",
                "pyjob_job_start_seconds_sum 4.0",
                "pyjob_job_start_seconds_bucket{le=\"3.0\"} 0",
                "pyjob_job_start_seconds_bucket{le=\"5.0\"} 1",
                "pyjob_job_duration_seconds_count{phase=\"Failed\"} 1",
                "pyjob_job_duration_seconds_sum{phase=\"Failed\"} 10.0",
                "pyjob_jobs_finished_total{phase=\"Failed\",reason=\"ScriptFailed\"} 1.0");
    }

    @Test
    void aRetryIsCountedAndIsNoStartOfTheJob() {
        JobMetrics jobs = metrics.jobs();
        PyJob job = job(Phase.Pending, 1, 0);
        PyJobStatus retrying = Serialization.unmarshal(
                "{\"phase\": \"Retrying\", \"attempt\": 2, \"reason\": \"Evicted\"}", PyJobStatus.class);
        PyJobStatus running = Serialization.unmarshal("{\"phase\": \"Running\", \"attempt\": 2}", PyJobStatus.class);
        jobs.changed(job, status(Phase.Running, 1, 0), retrying, NOW);
        jobs.changed(job, retrying, retrying, NOW);
        jobs.changed(job, retrying, running, NOW);
        assertScrape(
                Stream.empty(),
                "pyjob_job_retries_total{reason=\"Evicted\"} 1.0",
                "pyjob_job_retries_total{reason=\"ScriptFailed\"} 0.0",
                "pyjob_job_start_seconds_count 0");
    }

    @Test
    void aClockThatIsBehindGivesNoNegativeTimes() {
        metrics.jobs()
                .changed(
                        job(Phase.Pending, 1, 0),
                        status(Phase.Starting, 1, 0),
                        status(Phase.Running, 1, 0),
                        Instant.parse("2026-11-21T09:59:58Z"));
        assertScrape(Stream.empty(), "pyjob_job_start_seconds_count 1", "pyjob_job_start_seconds_sum 0.0");
    }

    private static PyJobSchedule schedule(String reason, Map<String, Object> more) {
        Map<String, Object> fields = new HashMap<>(more);
        fields.put("conditions", List.of(Map.of("type", "Ready", "reason", reason)));
        PyJobSchedule schedule = new PyJobSchedule();
        schedule.setStatus(Serialization.unmarshal(Serialization.asJson(fields), PyJobScheduleStatus.class));
        return schedule;
    }

    @Test
    void schedulesAreCountedByTheirState() {
        String scraped = metrics.scrape(
                Stream.empty(),
                Stream.of(
                        schedule("Scheduled", Map.of()),
                        schedule("Scheduled", Map.of()),
                        schedule("RunRefused", Map.of()),
                        new PyJobSchedule()));
        assertThat(scraped.lines())
                .contains(
                        "pyjob_schedules{state=\"Scheduled\"} 2.0",
                        "pyjob_schedules{state=\"RunRefused\"} 1.0",
                        "pyjob_schedules{state=\"New\"} 1.0",
                        "pyjob_schedules{state=\"Suspended\"} 0.0");
    }

    @Test
    void whatBecomesOfTimesAndTriggersIsCounted() {
        PyJobScheduleStatus before =
                schedule("Scheduled", Map.of("missedRuns", 5, "skippedRuns", 1)).getStatus();
        Map<String, Object> later = Map.of(
                "missedRuns",
                12,
                "skippedRuns",
                2,
                "lastScheduleTime",
                "2026-11-21T10:00:00Z",
                "lastTriggeredRun",
                "a");
        PyJobScheduleStatus after = schedule("Scheduled", later).getStatus();
        metrics.schedules().changed(before, after);
        metrics.schedules().changed(after, after);
        assertScrape(
                Stream.empty(),
                "pyjob_schedule_runs_total{result=\"started\"} 2.0",
                "pyjob_schedule_runs_total{result=\"skipped\"} 1.0",
                "pyjob_schedule_runs_total{result=\"missed\"} 7.0");
    }

    @Test
    void reportsAreCountedByStatus() {
        metrics.reportAnswered(200, Duration.ofMillis(2));
        metrics.reportAnswered(200, Duration.ofMillis(2));
        metrics.reportAnswered(401, Duration.ofMillis(2));
        assertScrape(
                Stream.empty(),
                "pyjob_report_requests_seconds_count{status=\"200\"} 2",
                "pyjob_report_requests_seconds_count{status=\"401\"} 1");
    }

    /** Work as JOSDK has it timed. */
    private record Work(@Nullable RuntimeException failure) implements ControllerExecution<String> {
        @Override
        public String name() {
            return "reconcile";
        }

        @Override
        public String controllerName() {
            return "pyjob";
        }

        @Override
        public String successTypeName(String result) {
            return result;
        }

        @Override
        public ResourceID resourceID() {
            return new ResourceID("flights", "default");
        }

        @Override
        public Map<String, Object> metadata() {
            return Map.of();
        }

        @Override
        public String execute() {
            if (failure != null) {
                throw failure;
            }
            return "done";
        }
    }

    @Test
    void reconciliationsAreTimedByResult() throws Exception {
        Reconciliations reconciliations = metrics.reconciliations();
        assertThat(reconciliations.timeControllerExecution(new Work(null))).isEqualTo("done");
        RuntimeException conflict = new KubernetesClientException("changed meanwhile", 409, null);
        assertThatThrownBy(() -> reconciliations.timeControllerExecution(new Work(conflict)))
                .isSameAs(conflict);
        assertScrape(
                Stream.empty(),
                "pyjob_reconcile_seconds_count{result=\"success\"} 1",
                "pyjob_reconcile_seconds_count{result=\"error\"} 1");
    }

    @Test
    void whatWaitsAndWhatRunsIsCounted() {
        Reconciliations reconciliations = metrics.reconciliations();
        PyJob job = job(Phase.Running, 1, 1);
        reconciliations.reconcileCustomResource(job, null, Map.of());
        assertScrape(Stream.empty(), "pyjob_reconcile_waiting 1.0", "pyjob_reconcile_running 0.0");
        assertThat(reconciliations.longest()).isEmpty();
        reconciliations.reconciliationExecutionStarted(job, Map.of());
        assertScrape(Stream.empty(), "pyjob_reconcile_waiting 0.0", "pyjob_reconcile_running 1.0");
        assertThat(reconciliations.longest()).isPresent();
        reconciliations.reconciliationExecutionFinished(job, Map.of());
        assertScrape(Stream.empty(), "pyjob_reconcile_waiting 0.0", "pyjob_reconcile_running 0.0");
    }

    @Test
    void theDocumentationNamesWhatIsThereAndNothingElse() throws IOException {
        metrics.reportAnswered(200, Duration.ZERO);
        String docs = Files.readString(DOCS);
        int executors = docs.indexOf("## Executors");
        String ofOperator = docs.substring(0, executors) + docs.substring(docs.indexOf("\n## ", executors + 1));
        Set<String> documented = names(ofOperator, "(?m)^\\| `(\\w+)`");
        Set<String> scraped = names(metrics.scrape(Stream.empty(), Stream.empty()), "(?m)^# TYPE (\\w+) ");
        scraped.removeIf(name -> name.endsWith("_max")); // Micrometer adds one to each histogram
        assertThat(scraped.stream().filter(name -> name.startsWith("pyjob_")))
                .containsExactlyInAnyOrderElementsOf(documented.stream()
                        .filter(name -> name.startsWith("pyjob_"))
                        .toList());
        assertThat(scraped).containsAll(documented);
        // What the examples ask for is there too, be it a part of a histogram.
        assertThat(names(docs, "\\b(pyjob_\\w+?)(?:_bucket|_sum|_count|_max)?\\b"))
                .isSubsetOf(names(docs, "(?m)^\\| `(\\w+)`"));
    }

    /** The dashboard's queries are tried on it. After a change that is meant, write it anew with {@code -Dgolden.write=true}. */
    @Test
    void theRecordedPageHasTheSeriesOfARealOne() throws Exception {
        metrics.reportAnswered(200, Duration.ofMillis(2));
        metrics.reconciliations().timeControllerExecution(new Work(null));
        JobMetrics jobs = metrics.jobs();
        PyJob job = job(Phase.Pending, 1, 0);
        jobs.changed(job, status(Phase.Starting, 1, 0), status(Phase.Running, 1, 0), NOW.minusSeconds(6));
        jobs.changed(job, status(Phase.Running, 1, 1), status(Phase.Failed, 1, 0), NOW);
        String page = metrics.scrape(Stream.of(job(Phase.Running, 4, 3)), Stream.of());
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(RECORDED, page);
        }
        assertThat(series(page)).isEqualTo(series(Files.readString(RECORDED)));
    }

    /** Names with the names of their labels; what comes and goes with collections of the JVM is left out. */
    private static Set<String> series(String page) {
        return page.lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith("jvm_gc"))
                .map(line -> line.replaceAll("=\"([^\"\\\\]|\\\\.)*\"", "").replaceAll(" .*", ""))
                .collect(toCollection(TreeSet::new));
    }

    private static Set<String> names(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(toCollection(TreeSet::new));
    }
}
