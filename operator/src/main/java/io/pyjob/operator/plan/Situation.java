package io.pyjob.operator.plan;

import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.PythonStatus;
import io.pyjob.operator.pods.Attempt;
import io.pyjob.operator.pods.PodSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything a plan follows from, sorted out.
 *
 * @param job the job
 * @param before its status so far
 * @param seen what is known of its objects
 * @param now the time
 * @param settings of the installation
 * @param capacityPatience how long the job may wait for room in the cluster
 * @param driver the driver's pod of the current attempt
 * @param executors the executors' pods of the current attempt, by id
 * @param earlier pods of attempts before the current one
 * @param report what the current attempt's driver said last
 */
record Situation(
        PyJob job,
        PyJobStatus before,
        Observed seen,
        Instant now,
        PodSettings settings,
        Duration capacityPatience,
        Optional<ObservedPod> driver,
        List<ObservedPod> executors,
        List<ObservedPod> earlier,
        Optional<DriverReport> report) {

    static Situation of(PyJob job, Observed seen, Instant now, PodSettings settings, Duration capacityPatience) {
        PyJobStatus before = Objects.requireNonNullElse(job.getStatus(), PyJobStatus.NEW);
        int attempt = before.attempt();
        List<ObservedPod> current =
                seen.pods().stream().filter(pod -> pod.attempt() == attempt).toList();
        return new Situation(
                job,
                before,
                seen,
                now,
                settings,
                capacityPatience,
                current.stream().filter(ObservedPod::isDriver).findFirst(),
                current.stream()
                        .filter(pod -> !pod.isDriver())
                        .sorted(Comparator.comparingInt(pod -> pod.executorId().orElseThrow()))
                        .toList(),
                seen.pods().stream()
                        .filter(pod -> pod.attempt() < attempt)
                        .sorted(Comparator.comparing(ObservedPod::name))
                        .toList(),
                seen.report().filter(r -> r.attempt() == attempt));
    }

    /** The same, once that status has been written. */
    Situation with(PyJobStatus written) {
        return new Situation(job, written, seen, now, settings, capacityPatience, driver, executors, earlier, report);
    }

    PyJobSpec spec() {
        return job.getSpec();
    }

    /** What has gone wrong with Python workers, as far as is known: from reports, and from pods, which may know more. */
    PythonStatus python() {
        PythonStatus was = Objects.requireNonNullElse(before.python(), PythonStatus.NONE);
        PythonStatus told = report.map(DriverReport::python).orElse(was);
        long seenAnew = executors.stream().filter(Situation::hasPythonAgain).count();
        long restarts = Math.max(told.restarts(), Math.max(was.restarts(), seenAnew));
        return new PythonStatus(told.ended(), restarts, told.last(), told.preloadFailed());
    }

    /** Whether its Python container was started again, or is about to be; one that has ended with its pod is not. */
    private static boolean hasPythonAgain(ObservedPod pod) {
        boolean ends = pod.deleting() || pod.jvm() instanceof ContainerState.Ended;
        return pod.pythonBefore().isPresent() && (!ends || pod.python() instanceof ContainerState.Running);
    }

    /** Whether the user has deleted the job. */
    boolean deleted() {
        return job.getMetadata().getDeletionTimestamp() != null;
    }

    /** Whether pods have been created: the status says so, or they are there. */
    boolean started() {
        return !before.phase().isBeforePods() || driver.isPresent() || !executors.isEmpty();
    }

    /** Why what every job needs could not be written, as long as it is too early to try again. */
    Optional<Refusal> refusal() {
        return seen.refusals().stream()
                .filter(r -> !r.isExecutor() && isHeld(r))
                .findFirst();
    }

    /** Why an executor's pod could not be written, as long as it is too early to try again. */
    Optional<Refusal> executorRefusal() {
        return seen.refusals().stream().filter(r -> r.isExecutor() && isHeld(r)).findFirst();
    }

    private boolean isHeld(Refusal refusal) {
        return refusal.retryAt().isAfter(now);
    }

    /** Whether Spark itself has asked that executor to end. */
    boolean wasKilled(ObservedPod executor) {
        int id = executor.executorId().orElseThrow();
        return report.filter(r -> r.killed().contains(id)).isPresent();
    }

    /** The attempt to make pods for; empty until the driver's address is known. */
    Optional<Attempt> attempt() {
        return seen.driverAddress().map(address -> new Attempt(job, before.attempt(), address, settings));
    }

    long generation() {
        return Objects.requireNonNullElse(job.getMetadata().getGeneration(), 0L);
    }
}
