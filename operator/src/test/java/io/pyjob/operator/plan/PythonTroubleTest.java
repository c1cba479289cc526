package io.pyjob.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.LastPythonEnd;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.PythonStatus;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.ContainerState.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PythonTroubleTest {
    private static final String TOO_MUCH =
            "Python worker 17 was ended at 1.6 GiB resident memory, over its limit of 1.5 GiB"
                    + " (spec.executors.python.workerMemory), in explode (job.py, line 12)";

    private final SimulatedCluster cluster = SimulatedCluster.running(Jobs.withExecutors(1));
    private final List<String> told = new ArrayList<>();

    private PyJobStatus step(Map<String, Long> ended, long restarts, @Nullable LastPythonEnd last) {
        cluster.reportPython(new PythonStatus(ended, restarts, last, Map.of()));
        return step();
    }

    private PyJobStatus step() {
        Plan plan = cluster.step();
        plan.events()
                .forEach(event -> told.add((event.isWarning() ? "! " : "") + event.reason() + ": " + event.message()));
        return plan.status();
    }

    private static Condition condition(PyJobStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> type.equals(c.getType()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aJobWhoseWorkersAreWellSaysSo() {
        PyJobStatus status = step();
        assertThat(status.python()).isNull();
        assertThat(condition(status, "PythonWorkersFailed").getStatus()).isEqualTo("False");
        assertThat(condition(status, "PreloadFailed").getStatus()).isEqualTo("False");
        assertThat(condition(status, "MemoryLimitHit").getStatus()).isEqualTo("False");
        assertThat(told).isEmpty();
    }

    @Test
    void aWorkerThatTookTooMuchIsInStatusConditionsAndEvents() {
        LastPythonEnd last = new LastPythonEnd("1", "workerMemory", TOO_MUCH);
        PyJobStatus status = step(Map.of("workerMemory", 1L), 0, last);
        assertThat(status.python()).isEqualTo(new PythonStatus(Map.of("workerMemory", 1L), 0L, last, Map.of()));
        assertThat(condition(status, "MemoryLimitHit"))
                .extracting(Condition::getStatus, Condition::getReason, Condition::getMessage)
                .containsExactly("True", "PythonWorker", "on executor 1, " + TOO_MUCH);
        assertThat(condition(status, "PythonWorkersFailed"))
                .extracting(Condition::getStatus, Condition::getReason, Condition::getMessage)
                .containsExactly(
                        "True",
                        "WorkerMemory",
                        "1 Python worker ended that should not have (workerMemory 1); the last: on executor 1, "
                                + TOO_MUCH);
        assertThat(told)
                .containsExactly("! PythonWorkerKilled: 1 Python worker ended so far (workerMemory); the last: on"
                        + " executor 1, " + TOO_MUCH);

        status = step(Map.of("workerMemory", 1L, "crashed", 1L), 0, new LastPythonEnd("driver", "crashed", "SIGSEGV"));
        assertThat(condition(status, "MemoryLimitHit").getMessage())
                .as("what to raise is not forgotten")
                .contains(TOO_MUCH);
        assertThat(condition(status, "PythonWorkersFailed").getMessage())
                .isEqualTo("2 Python workers ended that should not have (crashed 1, workerMemory 1); the last: on the"
                        + " driver, SIGSEGV");
        assertThat(told).hasSize(2).last().asString().startsWith("! PythonWorkerCrashed: ");
    }

    @Test
    void manyEndsAreFewEvents() {
        for (long count = 1; count <= 1000; count++) {
            step(Map.of("crashed", count), 0, new LastPythonEnd("1", "crashed", "number " + count));
        }
        assertThat(told).hasSize(10);
        assertThat(told.get(9)).startsWith("! PythonWorkerCrashed: 512 Python workers ended so far (crashed);");
    }

    @Test
    void aPoolThatWasStartedAgainIsTold() {
        PyJobStatus status = step(Map.of(), 1, new LastPythonEnd("1", "restart", "the kernel killed it"));
        assertThat(condition(status, "PythonWorkersFailed"))
                .extracting(Condition::getReason, Condition::getMessage)
                .containsExactly(
                        "Restart",
                        "a pool of them was started again once; the last: on executor 1, the kernel killed it");
        assertThat(told)
                .containsExactly("! PythonPoolRestarted: a pool of Python workers was started again, 1 times so far;"
                        + " the last: on executor 1, the kernel killed it");
    }

    /** The job may end before the executor and the driver have passed that on. */
    @Test
    void aContainerThatWasStartedAgainCountsThoughNobodyReportsIt() {
        cluster.startAll();
        ObservedPod executor = cluster.executor(1);
        cluster.restartPython(executor, new Running(cluster.now), new Ended(137, cluster.now, "", "OOMKilled"));
        PyJobStatus status = step();
        assertThat(status.python()).isEqualTo(new PythonStatus(Map.of(), 1L, null, Map.of()));
        assertThat(condition(status, "PythonWorkersFailed").getMessage())
                .isEqualTo("a pool of them was started again once");
    }

    /** Kubernetes shows a sidecar of a pod that ends as it shows one that it is about to start again. */
    @Test
    void aContainerThatEndsWithItsPodIsNotCounted() {
        cluster.startAll();
        Ended ended = new Ended(0, cluster.now, "", "Completed");
        cluster.endJvm(cluster.executor(1), 0, "");
        cluster.restartPython(cluster.executor(1), ended, ended);
        assertThat(step().python()).isNull();
    }

    @Test
    void aPreloadThatFailedIsToldOnceAndTheJobGoesOn() {
        cluster.reportPython(new PythonStatus(Map.of(), 0L, null, Map.of("torch", "ImportError: libcuda.so.1")));
        PyJobStatus status = step();
        step();
        assertThat(status.phase().isFinal()).isFalse();
        assertThat(condition(status, "PreloadFailed").getMessage())
                .isEqualTo("executors.python.preload names what cannot be imported: torch (ImportError: libcuda.so.1);"
                        + " tasks go on without it");
        assertThat(told).hasSize(1).first().asString().startsWith("! PreloadFailed: ");
    }

    @Test
    void whatWasKnownStaysWhenTheDriverIsSilentAndWhenTheJobHasEnded() {
        LastPythonEnd last = new LastPythonEnd("1", "workerMemory", TOO_MUCH);
        PyJobStatus status = step(Map.of("workerMemory", 1L), 0, last);
        cluster.report = java.util.Optional.empty();
        assertThat(step().python()).isEqualTo(status.python());
        cluster.endScript(1, "failed");
        PyJobStatus ended = step();
        assertThat(ended.phase().isFinal()).isTrue();
        assertThat(ended.python()).isEqualTo(status.python());
        assertThat(condition(ended, "MemoryLimitHit").getMessage()).contains(TOO_MUCH);
    }
}
