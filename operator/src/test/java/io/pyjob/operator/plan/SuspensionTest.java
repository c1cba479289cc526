package io.pyjob.operator.plan;

import static io.pyjob.operator.plan.SimulatedCluster.created;
import static io.pyjob.operator.plan.SimulatedCluster.deleted;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.AttemptStatus;
import io.pyjob.api.ExecutorsStatus;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A suspended job has no pods; one that is resumed begins a new attempt. */
final class SuspensionTest {
    private static Condition condition(PyJobStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aJobThatIsCreatedSuspendedHasNothing() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.suspend(Jobs.withExecutors(2), true));
        Plan plan = cluster.settle();
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.status().phase()).isEqualTo(Phase.Suspended);
        assertThat(plan.status().startTime()).isNull();
        assertThat(plan.status().attempt()).isEqualTo(1);
        assertThat(plan.status().attempts()).isEmpty();
        assertThat(plan.status().executors()).isEqualTo(ExecutorsStatus.NONE);
        assertThat(condition(plan.status(), "Suspended").getStatus()).isEqualTo("True");
        assertThat(cluster.settleAfter(Duration.ofDays(3)).status()).isEqualTo(plan.status());
    }

    @Test
    void itsTimeBeginsWhenItIsResumed() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.suspend(Jobs.withExecutors(2), true));
        cluster.settleAfter(Duration.ofHours(1));
        Jobs.suspend(cluster.job, false);
        cluster.settle();
        assertThat(cluster.pods.keySet()).containsExactly("flights-1-driver", "flights-1-exec-1", "flights-1-exec-2");
        assertThat(cluster.status().startTime()).isEqualTo("2026-06-01T13:00:00Z");
        assertThat(cluster.status().attempts().get(0).startTime()).isEqualTo("2026-06-01T13:00:00Z");
        assertThat(Objects.requireNonNull(cluster.status().timeline()).planned())
                .isEqualTo("2026-06-01T13:00:00Z");
        assertThat(condition(cluster.status(), "Suspended").getStatus()).isEqualTo("False");
    }

    @Test
    void aRunningJobsPodsGoAndTheNextAttemptCountsForNothing() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(2)));
        Jobs.suspend(cluster.job, true);
        Plan plan = cluster.step();
        assertThat(plan.actions()).as("the status is first").isEmpty();
        assertThat(plan.recheckAfter()).contains(Duration.ZERO);
        assertThat(plan.events()).extracting(JobEvent::reason).containsExactly("Suspended");
        assertThat(deleted(cluster.step())).containsExactly("flights-1-driver", "flights-1-exec-1", "flights-1-exec-2");
        PyJobStatus status = plan.status();
        assertThat(status.phase()).isEqualTo(Phase.Suspended);
        assertThat(status.attempt()).isEqualTo(2);
        assertThat(status.startTime()).isNull();
        AttemptStatus first = status.attempts().get(0);
        assertThat(first.reason()).isEqualTo("Suspended");
        assertThat(first.cause()).isNull();
        assertThat(first.completionTime()).isNotNull();
        assertThat(cluster.step().actions()).isEmpty();
        Jobs.suspend(cluster.job, false);
        Plan resumed = cluster.step();
        assertThat(created(resumed)).as("as long as its driver is there").isEmpty();
        assertThat(resumed.status().phase()).isEqualTo(Phase.Pending);
        assertThat(resumed.status().startTime()).isEqualTo("2026-06-01T12:00:03Z");
        assertThat(condition(resumed.status(), "Suspended").getStatus()).isEqualTo("False");
        assertThat(resumed.events()).extracting(JobEvent::reason).containsExactly("Resumed");
        cluster.gone();
        assertThat(created(cluster.step()))
                .as("as long as it may just not be in sight")
                .isEmpty();
        cluster.pass(DriverOutcome.UNSEEN);
        Plan next = cluster.step();
        assertThat(created(next)).containsExactly("flights-2-driver", "flights-2-exec-1", "flights-2-exec-2");
        assertThat(next.status().restarts().failures()).isZero();
        assertThat(next.status().attempts()).extracting(AttemptStatus::number).containsExactly(1, 2);
    }

    @Test
    void resumingIsAnEvent() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.suspend(Jobs.withExecutors(0), true));
        cluster.settle();
        Jobs.suspend(cluster.job, false);
        assertThat(cluster.step().events()).extracting(JobEvent::reason).contains("Resumed");
    }

    @Test
    void podsThatComeIntoSightLaterGoToo() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
        ObservedPod hidden = cluster.executor(1);
        cluster.pods.remove(hidden.name());
        Jobs.suspend(cluster.job, true);
        cluster.settle();
        cluster.pods.put(hidden.name(), hidden);
        assertThat(deleted(cluster.step())).containsExactly(hidden.name());
    }

    @Test
    void aScriptThatHadEndedBeforeHasEnded() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
        cluster.endScript(0, "");
        Jobs.suspend(cluster.job, true);
        assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Succeeded);
    }

    @Test
    void aJobThatHasEndedStaysAsItIs() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
        cluster.endAttempt(1, "");
        cluster.settle();
        Jobs.suspend(cluster.job, true);
        Plan plan = cluster.settle();
        assertThat(plan.status().phase()).isEqualTo(Phase.Failed);
        assertThat(plan.actions()).isEmpty();
    }

    @Test
    void aJobThatWaitsForItsNextAttemptCanBeSuspended() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.withExecutors(1)));
        cluster.endAttempt(1, "");
        cluster.settle();
        Jobs.suspend(cluster.job, true);
        PyJobStatus status = cluster.settle().status();
        assertThat(status.phase()).isEqualTo(Phase.Suspended);
        assertThat(status.attempt()).as("the second has not begun").isEqualTo(2);
        assertThat(status.restarts().nextAttemptTime()).isNull();
        assertThat(status.restarts().failures()).isEqualTo(1);
        Jobs.suspend(cluster.job, false);
        cluster.settle();
        assertThat(cluster.pods).containsKey("flights-2-driver");
    }

    @Test
    void pendingStallsEndWithIt() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(0));
        cluster.settle();
        cluster.unscheduled(cluster.driver(), "0/3 nodes are available");
        cluster.settle();
        Jobs.suspend(cluster.job, true);
        PyJobStatus status = cluster.settleAfter(Duration.ofHours(9)).status();
        assertThat(status.phase()).isEqualTo(Phase.Suspended);
        assertThat(condition(status, "Stalled").getStatus()).isEqualTo("False");
    }

    @Test
    void aSuspendedJobThatIsDeletedIsCancelled() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.suspend(Jobs.withExecutors(0), true));
        cluster.settle();
        cluster.job.getMetadata().setDeletionTimestamp(cluster.now.toString());
        assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Cancelled);
    }
}
