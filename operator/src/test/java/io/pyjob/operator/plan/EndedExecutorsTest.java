package io.pyjob.operator.plan;

import static io.pyjob.operator.plan.SimulatedCluster.deleted;
import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.ExecutorFailure;
import io.pyjob.operator.plan.DriverReport.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which pods of executors that have ended are kept while others work, and what the status says of them. */
final class EndedExecutorsTest {
    private static final Duration LATER = Duration.ofMinutes(11);

    /** One of two executors fails again and again, each time a while after the last, and is replaced. */
    private static SimulatedCluster afterFailures(int kept, int count) {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.keep(Jobs.withExecutors(2), kept));
        for (int i = 0; i < count; i++) {
            fail(cluster, 137);
        }
        return cluster;
    }

    private static void fail(SimulatedCluster cluster, int exitCode) {
        int id = cluster.liveExecutors().get(cluster.liveExecutors().size() - 1);
        cluster.endJvm(cluster.executor(id), exitCode, "");
        cluster.report(State.RUNNING, 2, 1, cluster.status().executors().lastId());
        cluster.settleFor(Duration.ofSeconds(5));
        cluster.startAll();
        cluster.report(State.RUNNING, 2, 2, cluster.status().executors().lastId());
        cluster.settleFor(LATER);
        cluster.gone();
        cluster.settleFor(Duration.ofSeconds(5));
    }

    private static List<Integer> endedPods(SimulatedCluster cluster) {
        List<Integer> ended = new ArrayList<>();
        cluster.pods.values().stream()
                .filter(pod -> !pod.isDriver() && pod.jvm().ended().isPresent())
                .forEach(pod -> ended.add(pod.executorId().orElseThrow()));
        ended.sort(null);
        return ended;
    }

    @Test
    void theLatestAreKept() {
        SimulatedCluster cluster = afterFailures(3, 8);
        assertThat(endedPods(cluster)).containsExactly(7, 8, 9);
        assertThat(cluster.liveExecutors()).containsExactly(1, 10);
    }

    @Test
    void aFailureIsCountedAlsoWhenItsPodIsGone() {
        SimulatedCluster cluster = afterFailures(2, 9);
        assertThat(cluster.status().executors().failed()).isEqualTo(9);
        assertThat(cluster.status().executors().removing()).isEmpty();
    }

    @Test
    void itsPodGoesOnlyOnceTheStatusSaysSo() {
        SimulatedCluster cluster = afterFailures(1, 1);
        cluster.endJvm(cluster.executor(3), 1, "");
        cluster.report(State.RUNNING, 2, 1, 3);
        Plan first = cluster.plan();
        assertThat(deleted(first)).isEmpty();
        assertThat(first.status().executors().removing()).containsExactly(2);
        assertThat(first.status().executors().removed()).isEqualTo(1);
        cluster.step();
        assertThat(deleted(cluster.plan())).containsExactly("flights-1-exec-2");
        assertThat(deleted(cluster.plan())).as("as often as one asks").containsExactly("flights-1-exec-2");
        cluster.step();
        assertThat(cluster.step().status().executors().failed()).isEqualTo(2);
        cluster.gone();
        assertThat(cluster.step().status().executors().failed()).isEqualTo(2);
        assertThat(cluster.status().executors().removing()).isEmpty();
    }

    @Test
    void whatHasJustEndedStays() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.keep(Jobs.withExecutors(2), 0));
        cluster.endJvm(cluster.executor(1), 1, "");
        cluster.report(State.RUNNING, 2, 1, 2);
        cluster.settleFor(Duration.ofMinutes(9));
        assertThat(endedPods(cluster)).containsExactly(1);
    }

    /** It is told which executors left only while its driver reports. */
    @Test
    void withoutAReportNothingGoes() {
        SimulatedCluster cluster = afterFailures(5, 3);
        Jobs.keep(cluster.job, 0);
        cluster.report = java.util.Optional.empty();
        assertThat(cluster.step().status().executors().removing()).isEmpty();
    }

    @Test
    void theStatusTellsOfTheLatestTenAlsoAfterAnotherAttempt() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.onFailure(Jobs.keep(Jobs.withExecutors(2), 1)));
        for (int i = 0; i < 12; i++) {
            fail(cluster, 3);
        }
        List<ExecutorFailure> before = cluster.status().executors().failures();
        assertThat(before).hasSize(10);
        assertThat(before.get(9).id()).isEqualTo(13);
        assertThat(before.get(9).message()).isEqualTo("executor 13 ended with exit code 3");
        cluster.endAttempt(1, "");
        cluster.settle();
        assertThat(cluster.status().attempt()).isEqualTo(2);
        assertThat(cluster.status().executors().failures()).isEqualTo(before);
    }

    @Test
    void alsoOfWhatTheClusterHasTaken() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(2));
        cluster.lose(cluster.executor(2), "Evicted", false);
        cluster.report(State.RUNNING, 2, 1, 2);
        cluster.settle();
        assertThat(cluster.status().executors().failures())
                .singleElement()
                .satisfies(f -> assertThat(f.message()).contains("was ended by the cluster", "low on memory"));
        assertThat(cluster.status().executors().failed())
                .as("no failure of its own")
                .isZero();
    }
}
