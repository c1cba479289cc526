package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.pyjob.api.AttemptStatus;
import io.pyjob.api.FailureCause;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Jobs that are run again, suspended, ended for taking too long, and deleted by themselves. */
@OnCluster
final class RestartE2E {
    /** An attempt's number is in the application's id, which the runner tells the script. */
    private static final String FAILS_TWICE = Scripts.SPARK + """
            attempt = int(sc.applicationId.split("-")[-2])
            print("attempt", attempt, sc.parallelize(range(4), 2).sum(), flush=True)
            assert attempt == 3, f"not in attempt {attempt}"
            """;

    private static final String RETRIED = "restart: {policy: OnFailure, backoff: 2s}\nexecutors: {instances: 1}\n";

    private final TestNamespace namespace;

    RestartE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    private static List<String> drivers(Job job) {
        return job.drivers().stream().map(pod -> pod.getMetadata().getName()).toList();
    }

    private static PyJobStatus awaitsAttempt(Job job, int attempt) {
        return job.awaits(
                "attempt " + attempt + " to run",
                status -> status.attempt() == attempt && status.phase() == Phase.Running);
    }

    private void patch(Job job, String spec) {
        namespace
                .kubectl("patch", "pyjob", job.name(), "--type=merge", "-p", "{\"spec\": " + spec + "}")
                .ok();
    }

    @Test
    void aScriptThatFailsTwiceSucceedsInItsThirdAttempt() {
        Job job = namespace.run("thrice", FAILS_TWICE, RETRIED);
        PyJobStatus status = job.ends();
        assertThat(status.phase()).as(Objects.toString(status.message())).isEqualTo(Phase.Succeeded);
        assertThat(status.attempts()).extracting(AttemptStatus::number).containsExactly(1, 2, 3);
        assertThat(status.attempts().get(0).reason()).isEqualTo("ScriptFailed");
        assertThat(status.attempts().get(0).exitCode()).isEqualTo(1);
        assertThat(status.attempts().get(0).cause()).isEqualTo(FailureCause.Script);
        assertThat(drivers(job))
                .as("kept for their logs")
                .containsExactly("thrice-1-driver", "thrice-2-driver", "thrice-3-driver");
        assertThat(job.log(job.drivers().get(0), "python")).contains("attempt 1 6", "not in attempt 1");
        assertThat(namespace.kubectl("describe", "pyjob", "thrice").ok()).contains("Retrying", "retry 2 of 3");
    }

    @Test
    void aDriverThatIsEvictedIsRunAgain() {
        Job job = namespace.run("evicted", Scripts.WORKING, RETRIED).says("works");
        Cluster.client()
                .pods()
                .inNamespace(namespace.name())
                .withName("evicted-1-driver")
                .evict(new EvictionBuilder()
                        .withNewMetadata()
                        .withName("evicted-1-driver")
                        .withNamespace(namespace.name())
                        .endMetadata()
                        .build());
        PyJobStatus status = awaitsAttempt(job, 2);
        assertThat(status.attempts().get(0).cause()).isEqualTo(FailureCause.Infrastructure);
        assertThat(status.restarts().losses()).isEqualTo(1);
        assertThat(status.restarts().failures()).isZero();
    }

    @Test
    void aDriverThatIsDeletedIsRunAgain() {
        Job job = namespace.run("shot", Scripts.WORKING, RETRIED).says("works");
        namespace.kubectl("delete", "pod", "shot-1-driver", "--wait=false").ok();
        PyJobStatus status = awaitsAttempt(job, 2);
        assertThat(status.attempts().get(0).cause()).isEqualTo(FailureCause.Infrastructure);
    }

    @Test
    void theWaitForTheNextAttemptOutlivesTheOperator() {
        Job job = namespace.run(
                "outlives",
                Scripts.SPARK + "assert sc.applicationId.split('-')[-2] == '2', 'not in attempt 1'",
                "restart: {policy: OnFailure, backoff: 30s}\nexecutors: {instances: 0}\n");
        PyJobStatus waiting = job.awaits("to wait", status -> status.phase() == Phase.Retrying);
        Instant next = Instant.parse(Objects.requireNonNull(waiting.restarts().nextAttemptTime()));
        Operator.scale(0);
        Operator.scale(1);
        PyJobStatus status = job.ends();
        assertThat(status.phase()).isEqualTo(Phase.Succeeded);
        assertThat(Instant.parse(status.attempts().get(1).startTime())).isAfterOrEqualTo(next);
        assertThat(drivers(job)).containsExactly("outlives-1-driver", "outlives-2-driver");
    }

    @Test
    void aSuspendedJobHasNoPodsAndBeginsAnewWhenItIsResumed() {
        Job job = namespace.run("suspended", Scripts.WORKING, "suspend: true\nexecutors: {instances: 1}\n");
        PyJobStatus first = job.awaits("to be suspended", status -> status.phase() == Phase.Suspended);
        assertThat(first.startTime()).isNull();
        assertThat(job.pods()).isEmpty();
        assertThat(job.condition("Suspended").orElseThrow().getStatus()).isEqualTo("True");
        patch(job, "{\"suspend\": false}");
        awaitsAttempt(job, 1);
        job.says("works");
        patch(job, "{\"suspend\": true}");
        job.awaits("to be suspended", status -> status.phase() == Phase.Suspended);
        await("its pods to go").atMost(Cluster.LONG).until(() -> job.pods().isEmpty());
        patch(job, "{\"suspend\": false}");
        PyJobStatus resumed = awaitsAttempt(job, 2);
        assertThat(resumed.attempts().get(0).reason()).isEqualTo("Suspended");
        assertThat(resumed.restarts().failures()).isZero();
        assertThat(namespace.kubectl("describe", "pyjob", "suspended").ok()).contains("Resumed");
    }

    @Test
    void podsGoBeforeTheJob() {
        Job job = namespace.run(
                "passing", "print('fine')", "ttlAfterFinished: {pods: 3s, job: 20s}\nexecutors: {instances: 0}\n");
        job.succeeds();
        namespace.deletes("passing");
        await("its pods to go")
                .atMost(Cluster.SOON)
                .untilAsserted(() -> assertThat(namespace.pods())
                        .extracting(pod -> pod.getMetadata().getName())
                        .noneMatch(name -> name.startsWith("passing-")));
        assertThat(job.phase()).as("the job and its status stay").isEqualTo(Phase.Succeeded);
        await("the job to go").atMost(Cluster.LONG).until(() -> job.object().isEmpty());
    }

    @Test
    void aJobThatIsOverdueGoesWhenAnOperatorIsBack() {
        Job job =
                namespace.run("overdue", "print('fine')", "ttlAfterFinished: {job: 15s}\nexecutors: {instances: 0}\n");
        job.succeeds();
        namespace.deletes("overdue");
        Operator.scale(0);
        await("its time to be over")
                .pollDelay(Duration.ofSeconds(16))
                .atMost(Cluster.LONG)
                .until(() -> true);
        assertThat(job.object()).as("nobody is there to delete it").isPresent();
        Operator.scale(1);
        await("the job to go").atMost(Cluster.LONG).until(() -> job.object().isEmpty());
    }

    @Test
    void aScriptThatDoesNotStartInTimeFailsWithWhatKeptIt() {
        Job job = namespace.run("late", "print('never')", """
                timeout: {start: 10s}
                driver: {cpu: "900"}
                executors: {instances: 0}
                """);
        PyJobStatus status = job.fails();
        assertThat(status.reason()).isEqualTo("StartTimeout");
        assertThat(status.message()).contains("10s", "spec.timeout.start", "waits for a node");
        await("its pod to go").atMost(Cluster.SOON).until(() -> job.drivers().isEmpty());
    }

    @Test
    void aJobThatTakesTooLongIsEnded() {
        Job job = namespace.run("slow", Scripts.WORKING, "timeout: {run: 30s}\nexecutors: {instances: 1}\n");
        PyJobStatus status = job.fails();
        assertThat(status.reason()).isEqualTo("DeadlineExceeded");
        assertThat(status.attempts().get(0).cause()).isEqualTo(FailureCause.Deadline);
        await("its pods to go").atMost(Cluster.LONG).until(() -> job.pods().isEmpty());
    }

    @Test
    void howAJobIsRunMayBeEdited() {
        Job job = namespace.run("edited", "raise SystemExit(3)", RETRIED);
        job.awaits("to wait", status -> status.phase() == Phase.Retrying);
        patch(
                job,
                "{\"restart\": {\"policy\": \"Never\"}, \"timeout\": {\"run\": \"1h\"}, \"ttlAfterFinished\": {\"job\": \"1h\"}}");
        PyJobStatus status = job.fails();
        assertThat(status.exitCode()).isEqualTo(3);
        assertThat(status.restarts().nextAttemptTime()).isNull();
    }
}
