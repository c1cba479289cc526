package io.pyjob.operator.plan;

import static io.pyjob.operator.plan.SimulatedCluster.created;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.plan.DriverReport.State;
import io.pyjob.operator.plan.Refusal.Cause;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a job whose objects the API server does not take. */
final class RefusalTest {
    @Test
    void aRefusedDriverStallsTheJobAndIsTriedAgain() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(2));
        cluster.step();
        cluster.refusesOthers = Optional.of(Cause.QUOTA_EXCEEDED);
        Plan plan = cluster.step();
        assertThat(cluster.pods).isEmpty();
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.recheckAfter()).contains(Duration.ofSeconds(1));
        assertThat(plan.status().phase()).isEqualTo(Phase.Pending);
        assertThat(plan.status().reason()).isEqualTo("QuotaExceeded");
        assertThat(stalled(plan.status()).getMessage())
                .isEqualTo("flights-1-driver cannot be created: refused (delete what uses the quota up, or have it"
                        + " raised)");
        cluster.refusesOthers = Optional.empty();
        plan = cluster.settleAfter(Duration.ofSeconds(1));
        assertThat(cluster.pods.keySet()).containsExactly("flights-1-driver", "flights-1-exec-1", "flights-1-exec-2");
        assertThat(plan.status().phase()).isEqualTo(Phase.Starting);
        assertThat(stalled(plan.status()).getStatus()).isEqualTo("False");
        assertThat(plan.status().reason()).isNull();
        assertThat(plan.status().message()).isNull();
    }

    @Test
    void nothingIsAskedForMoreOftenThanItsBackOffAllows() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(0));
        cluster.refusesOthers = Optional.of(Cause.FORBIDDEN);
        cluster.step();
        for (long wait : new long[] {1, 2, 4, 8, 16, 30, 30}) {
            Plan plan = cluster.plan();
            assertThat(plan.actions()).isEmpty();
            assertThat(plan.recheckAfter()).contains(Duration.ofSeconds(wait));
            cluster.pass(Duration.ofSeconds(wait));
            assertThat(cluster.plan().actions()).isNotEmpty();
            cluster.step();
        }
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void everyRefusalFailsTheJobInTheEnd(Cause cause) {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(1));
        cluster.refusesOthers = Optional.of(cause);
        Duration waited = Duration.ZERO;
        Plan plan = cluster.step();
        while (!plan.status().phase().isFinal()) {
            Duration wait = plan.recheckAfter().orElseThrow();
            waited = waited.plus(wait);
            assertThat(waited).isLessThanOrEqualTo(SimulatedCluster.CAPACITY_PATIENCE);
            cluster.pass(wait);
            plan = cluster.step();
        }
        assertThat(plan.status().phase()).isEqualTo(Phase.Failed);
        assertThat(plan.status().exitCode()).isEqualTo(70);
        assertThat(plan.status().message()).contains("Secret cannot be created: refused (");
        assertThat(waited)
                .isEqualTo(
                        switch (cause) {
                            case INVALID -> Duration.ZERO;
                            case QUOTA_EXCEEDED, SERVER_ERROR -> SimulatedCluster.CAPACITY_PATIENCE;
                            case POD_SECURITY,
                                    FORBIDDEN,
                                    ADMISSION_DENIED,
                                    NAME_TAKEN,
                                    SCRIPT_NOT_FOUND,
                                    REQUIREMENTS_NOT_FOUND,
                                    SECRET_NOT_FOUND,
                                    CONFIG_MAP_NOT_FOUND,
                                    MODULES_NOT_FOUND,
                                    HADOOP_CONF_NOT_FOUND,
                                    IVY_SETTINGS_NOT_FOUND,
                                    KIND_UNKNOWN,
                                    NAMESPACE_GONE -> Duration.ofMinutes(5);
                        });
    }

    @Test
    void aJobWithOneExecutorGoesOnWithoutTheRefusedOnes() {
        SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
        cluster.refusesExecutors = Optional.of(Cause.QUOTA_EXCEEDED);
        Jobs.scale(cluster.job, 3);
        Plan plan = cluster.step();
        assertThat(plan.status().executors().lastId()).isEqualTo(1);
        assertThat(stalled(plan.status()).getStatus()).isEqualTo("False");
        Condition ready = condition(plan.status(), "ExecutorsReady");
        assertThat(ready.getStatus()).isEqualTo("False");
        assertThat(ready.getReason()).isEqualTo("QuotaExceeded");
        assertThat(ready.getMessage()).startsWith("1 of 3 executors are ready; flights-1-exec-2 cannot be created");
        assertThat(plan.events()).extracting(JobEvent::reason).containsExactly("ScaledUp", "QuotaExceeded");
        for (int i = 0; i < 200; i++) {
            cluster.pass(cluster.step().recheckAfter().orElseThrow());
        }
        assertThat(cluster.status().phase()).isEqualTo(Phase.Running);
        cluster.refusesExecutors = Optional.empty();
        cluster.settleAfter(Duration.ofSeconds(30));
        assertThat(cluster.liveExecutors()).containsExactly(1, 2, 3);
    }

    @Test
    void aJobWithoutAnyExecutorStallsAndFails() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(2));
        cluster.refusesExecutors = Optional.of(Cause.QUOTA_EXCEEDED);
        cluster.settle();
        cluster.startAll();
        cluster.report(State.RUNNING, 2, 0, 0);
        assertThat(cluster.step().status().reason()).isEqualTo("QuotaExceeded");
        assertThat(cluster.status().phase()).isEqualTo(Phase.Running);
        cluster.settleAfter(SimulatedCluster.CAPACITY_PATIENCE);
        assertThat(cluster.status().phase()).isEqualTo(Phase.Failed);
        assertThat(cluster.status().reason()).isEqualTo("QuotaExceeded");
    }

    @Test
    void onlyAFewPodsAreCreatedAtOnce() {
        SimulatedCluster cluster = new SimulatedCluster(Jobs.withExecutors(250));
        cluster.step();
        Plan plan = cluster.step();
        assertThat(created(plan)).hasSize(101);
        assertThat(plan.status().executors().lastId()).isEqualTo(100);
        assertThat(plan.recheckAfter()).contains(Duration.ZERO);
        cluster.settle();
        assertThat(cluster.liveExecutors()).hasSize(250);
    }

    private static Condition stalled(PyJobStatus status) {
        return condition(status, "Stalled");
    }

    private static Condition condition(PyJobStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
