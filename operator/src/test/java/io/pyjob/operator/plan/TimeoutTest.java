package io.pyjob.operator.plan;

import static io.pyjob.operator.plan.SimulatedCluster.created;
import static io.pyjob.operator.plan.SimulatedCluster.deleted;
import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.FailureCause;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Limits of time: what they end, and what is said then. */
final class TimeoutTest {
    @Test
    void aScriptThatDoesNotRunInTimeFailsTheJobWithWhatKeptIt() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.timeout(Jobs.withExecutors(0), "10m", null));
        cluster.settle();
        cluster.unscheduled(cluster.driver(), "0/3 nodes are available");
        assertThat(cluster.settle().recheckAfter()).contains(Duration.ofMinutes(10));
        cluster.pass(Duration.ofMinutes(10));
        Plan plan = cluster.step();
        PyJobStatus status = plan.status();
        assertThat(status.phase()).isEqualTo(Phase.Failed);
        assertThat(status.reason()).isEqualTo("StartTimeout");
        assertThat(status.exitCode()).isEqualTo(124);
        assertThat(status.message())
                .isEqualTo(
                        "the script was not running within 10m of its attempt's start (spec.timeout.start); seen last:"
                                + " attempt 1, Starting, 0/0 executors, 0/0 tasks; pod flights-1-driver waits for a node: 0/3"
                                + " nodes are available");
        assertThat(deleted(plan)).containsExactly("flights-1-driver");
    }

    @Test
    void aScriptThatRunsIsInTime() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.timeout(Jobs.withExecutors(0), "10m", null));
        assertThat(cluster.settleAfter(Duration.ofDays(1)).status().phase()).isEqualTo(Phase.Running);
    }

    @Test
    void aSlowStartIsTriedAgainWhereLossesAre() {
        SimulatedCluster cluster =
                new SimulatedCluster(Jobs.onFailure(Jobs.timeout(Jobs.withExecutors(1), "5m", null)));
        cluster.settle();
        cluster.pass(Duration.ofMinutes(5));
        Plan plan = cluster.step();
        assertThat(plan.status().phase()).isEqualTo(Phase.Retrying);
        assertThat(plan.status().restarts().losses()).isEqualTo(1);
        assertThat(deleted(plan)).containsExactly("flights-1-driver", "flights-1-exec-1");
        cluster.gone();
        cluster.pass(Duration.ofSeconds(10));
        assertThat(created(cluster.step())).contains("flights-2-driver");
        assertThat(cluster.plan().recheckAfter().orElseThrow()).isLessThanOrEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void theWholeJobHasOneLimitForAllAttemptsAndTheWaitsBetween() {
        SimulatedCluster cluster =
                SimulatedCluster.running(Jobs.onFailure(Jobs.timeout(Jobs.withExecutors(1), null, "1h")));
        cluster.pass(Duration.ofMinutes(50));
        cluster.endAttempt(1, "");
        cluster.settleFor(Duration.ofSeconds(20));
        cluster.run();
        assertThat(cluster.status().attempt()).isEqualTo(2);
        Duration left = cluster.plan().recheckAfter().orElseThrow();
        cluster.pass(left);
        Plan plan = cluster.step();
        assertThat(Duration.between(SimulatedCluster.START, cluster.now)).isEqualTo(Duration.ofHours(1));
        assertThat(plan.status().phase()).isEqualTo(Phase.Failed);
        assertThat(plan.status().reason()).isEqualTo("DeadlineExceeded");
        assertThat(plan.status().message())
                .startsWith("the job has not ended within 1h (spec.timeout.run); seen last: attempt 2, Running, 1/1");
        assertThat(plan.status().attempts().get(1).cause()).isEqualTo(FailureCause.Deadline);
        assertThat(deleted(plan)).containsExactly("flights-2-driver", "flights-2-exec-1");
    }

    @Test
    void itEndsAJobThatWaits() {
        SimulatedCluster cluster =
                SimulatedCluster.running(Jobs.onFailure(Jobs.timeout(Jobs.withExecutors(0), null, "1m")));
        cluster.pass(Duration.ofSeconds(54));
        cluster.endAttempt(1, "");
        Duration left = cluster.settle().recheckAfter().orElseThrow();
        assertThat(left).isEqualTo(Duration.ofSeconds(3));
        cluster.pass(left);
        assertThat(cluster.step().status().reason()).isEqualTo("DeadlineExceeded");
        assertThat(cluster.status().attempts().get(0).reason()).isEqualTo("ScriptFailed");
    }

    @Test
    void aScriptThatHasEndedIsNotLate() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.timeout(Jobs.withExecutors(0), null, "1h"));
        cluster.endScript(0, "");
        cluster.pass(Duration.ofHours(2)); // the operator was away
        assertThat(cluster.step().status().phase()).isEqualTo(Phase.Succeeded);
    }

    @Test
    void suspensionStopsTheClock() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.timeout(Jobs.withExecutors(0), "10m", "1h"));
        cluster.pass(Duration.ofMinutes(50));
        Jobs.suspend(cluster.job, true);
        cluster.settle();
        cluster.pass(Duration.ofHours(5));
        cluster.gone();
        Jobs.suspend(cluster.job, false);
        cluster.run();
        cluster.pass(Duration.ofMinutes(50));
        assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Running);
        cluster.pass(Duration.ofMinutes(10));
        assertThat(cluster.settle().status().reason()).isEqualTo("DeadlineExceeded");
    }

    /** Whenever somebody looks: not a moment too early, and not at all late. */
    @Test
    void aLimitIsPassedExactlyWhenItIs() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            int limit = 1 + random.nextInt(300);
            boolean ofStart = random.nextBoolean();
            String text = limit + "s";
            SimulatedCluster cluster = new SimulatedCluster(
                    Jobs.timeout(Jobs.withExecutors(0), ofStart ? text : null, ofStart ? null : text));
            cluster.settle();
            if (!ofStart) {
                cluster.startAll();
            }
            while (!cluster.status().phase().isFinal()) {
                Duration gone = Duration.between(SimulatedCluster.START, cluster.now);
                assertThat(gone).isLessThan(Duration.ofSeconds(limit));
                assertThat(cluster.plan().recheckAfter().orElseThrow())
                        .isLessThanOrEqualTo(Duration.ofSeconds(limit).minus(gone));
                cluster.settleAfter(Duration.ofMillis(1 + random.nextInt(60_000)));
            }
            assertThat(Duration.between(SimulatedCluster.START, cluster.now))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(limit));
        }
    }

    @Test
    void anEditHoldsAtOnce() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.timeout(Jobs.withExecutors(0), null, "1h"));
        cluster.pass(Duration.ofMinutes(59));
        Jobs.timeout(cluster.job, null, "2h");
        assertThat(cluster.settleAfter(Duration.ofMinutes(30)).status().phase()).isEqualTo(Phase.Running);
        Jobs.timeout(cluster.job, null, "1h");
        assertThat(cluster.settle().status().phase()).isEqualTo(Phase.Failed);
    }
}
