package io.pyjob.operator.plan;

import static io.pyjob.operator.plan.SimulatedCluster.deleted;
import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What goes by itself after a job's end, and when. */
final class RetentionTest {
    private static SimulatedCluster ended(@Nullable String pods, @Nullable String job) {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.ttl(Jobs.withExecutors(1), pods, job));
        cluster.endAttempt(0, "");
        cluster.settle();
        return cluster;
    }

    /** Nothing may happen any more that anybody would look at. */
    @Test
    void theLastPlanOfAJobKnowsWhenToLookAgain() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.ttl(Jobs.withExecutors(1), "10m", "1h"));
        cluster.endAttempt(0, "");
        Plan last = cluster.step();
        assertThat(last.status().phase()).isEqualTo(Phase.Succeeded);
        assertThat(last.recheckAfter()).contains(Duration.ofMinutes(10));
    }

    @Test
    void withoutATimeEverythingStays() {
        SimulatedCluster cluster = ended(null, null);
        Plan plan = cluster.settleAfter(Duration.ofDays(400));
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.recheckAfter()).isEmpty();
        assertThat(cluster.pods).isNotEmpty();
    }

    @Test
    void podsGoAndTheJobStays() {
        SimulatedCluster cluster = ended("10m", null);
        assertThat(cluster.plan().recheckAfter()).contains(Duration.ofMinutes(10));
        cluster.pass(Duration.ofMinutes(10).minusMillis(1));
        assertThat(cluster.step().actions()).isEmpty();
        cluster.pass(Duration.ofMillis(1));
        assertThat(deleted(cluster.step())).containsExactly("flights-1-driver", "flights-1-exec-1");
        cluster.gone();
        Plan after = cluster.step();
        assertThat(after.actions()).isEmpty();
        assertThat(after.recheckAfter()).isEmpty();
        assertThat(after.status().phase()).isEqualTo(Phase.Succeeded);
        assertThat(after.status().exitCode()).isZero();
    }

    @Test
    void theJobGoes() {
        SimulatedCluster cluster = ended(null, "2h");
        assertThat(cluster.plan().recheckAfter()).contains(Duration.ofHours(2));
        cluster.pass(Duration.ofHours(2));
        assertThat(deleted(cluster.step())).containsExactly("the job");
        assertThat(deleted(cluster.step())).as("once").doesNotContain("the job");
        assertThat(cluster.status().phase()).isEqualTo(Phase.Succeeded);
    }

    @Test
    void bothInTheirTurn() {
        SimulatedCluster cluster = ended("1m", "1h");
        cluster.pass(Duration.ofMinutes(1));
        assertThat(deleted(cluster.step())).hasSize(2);
        assertThat(cluster.plan().recheckAfter()).contains(Duration.ofMinutes(59));
    }

    @Test
    void aNewOperatorDoesWhatIsOverdue() {
        SimulatedCluster cluster = ended("1m", "1h");
        cluster.pass(Duration.ofDays(1)); // the operator was away
        assertThat(deleted(cluster.step())).containsExactly("the job");
    }

    @Test
    void podsOfEarlierAttemptsHaveTheSameTime() {
        SimulatedCluster cluster =
                SimulatedCluster.running(Jobs.onFailure(Jobs.ttl(Jobs.withExecutors(0), "1m", null)));
        cluster.endAttempt(1, "");
        cluster.settleFor(Duration.ofSeconds(20));
        cluster.run();
        assertThat(cluster.pods).containsKey("flights-1-driver");
        cluster.settleFor(Duration.ofMinutes(1));
        cluster.gone();
        assertThat(cluster.pods.keySet()).containsExactly("flights-2-driver");
        assertThat(cluster.status().phase()).isEqualTo(Phase.Running);
    }

    /** Whatever the two times are, and whenever somebody looks. */
    @Test
    void nothingGoesBeforeItsTimeAndNothingStaysLonger() {
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            Duration ofPods = Duration.ofSeconds(1 + random.nextInt(100));
            Duration ofJob = Duration.ofSeconds(1 + random.nextInt(100));
            SimulatedCluster cluster = ended(ofPods.toSeconds() + "s", ofJob.toSeconds() + "s");
            Instant end = cluster.now;
            while (cluster.job.getMetadata().getDeletionTimestamp() == null) {
                cluster.pass(Duration.ofMillis(1 + random.nextInt(40_000)));
                List<String> gone = deleted(cluster.step());
                Duration since = Duration.between(end, cluster.now);
                assertThat(gone.contains("the job")).isEqualTo(since.compareTo(ofJob) >= 0);
                if (since.compareTo(ofJob) < 0) {
                    assertThat(cluster.pods.values()).allMatch(pod -> pod.deleting() == since.compareTo(ofPods) >= 0);
                }
            }
        }
    }

    @Test
    void anEditHoldsAtOnce() {
        SimulatedCluster cluster = ended(null, null);
        cluster.pass(Duration.ofHours(1));
        Jobs.ttl(cluster.job, "1m", null);
        assertThat(deleted(cluster.step())).hasSize(2);
    }

    @Test
    void aFailedJobsPodsGoToo() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.ttl(Jobs.withExecutors(0), "1m", null));
        cluster.endAttempt(1, "");
        cluster.settle();
        cluster.pass(Duration.ofMinutes(1));
        assertThat(deleted(cluster.step())).containsExactly("flights-1-driver");
    }
}
