package io.pyjob.operator.plan;

import io.pyjob.api.ExecutorsStatus;
import io.pyjob.api.Phase;
import io.pyjob.api.Progress;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.PythonStatus;
import io.pyjob.operator.plan.Conditions.Fact;
import io.pyjob.operator.plan.ContainerState.Running;
import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.pods.Labels;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Writes the status: the only place that does. */
final class JobStatus {
    private JobStatus() {}

    /** The status of a job that goes on. */
    static PyJobStatus goingOn(Situation s, Phase phase, ExecutorFleet fleet, Optional<Stall> stall) {
        String noEnd = "the job has not ended";
        return status(
                s,
                phase,
                fleet.status(),
                List.of(
                        running(s, phase),
                        fleet.readiness(),
                        stall.map(t -> Fact.stalled(t, t.since(s.before(), s.now())))
                                .orElse(Fact.no(Conditions.STALLED, "GoesOn", "nothing keeps the job from going on")),
                        Fact.no(Conditions.COMPLETE, phase.name(), noEnd),
                        Fact.no(Conditions.FAILED, phase.name(), noEnd),
                        Fact.no(Conditions.FINISHED, phase.name(), noEnd),
                        MemoryLimitHit.of(s),
                        PythonTrouble.workersFailed(s),
                        PythonTrouble.preloadFailed(s)),
                Optional.empty(),
                stall);
    }

    /** The status of a job whose driver is created once more. */
    static PyJobStatus anotherAttempt(Situation s, ExecutorFleet fleet, Stall stall) {
        ExecutorsStatus executors = new ExecutorsStatus(
                fleet.status().desired(), 0, 0, fleet.status().failed());
        PyJobStatus next = goingOn(s, Phase.Pending, fleet, Optional.of(stall));
        return new PyJobStatus(
                next.phase(),
                next.conditions(),
                next.observedGeneration(),
                next.attempt() + 1,
                executors,
                next.progress(),
                next.startTime(),
                null,
                null,
                next.reason(),
                next.message(),
                next.summary(),
                next.selector(),
                null,
                Chronicle.of(s).beforePods());
    }

    /** The status of a job that has just ended. */
    static PyJobStatus ended(Situation s, ExecutorsStatus executors, Outcome outcome) {
        ExecutorsStatus left = new ExecutorsStatus(executors.desired(), 0, executors.lastId(), executors.failed());
        return status(
                s,
                outcome.phase(),
                left,
                List.of(
                        no(Conditions.RUNNING, outcome),
                        Fact.no(Conditions.EXECUTORS_READY, "Finished", "the job has ended"),
                        Fact.no(Conditions.STALLED, "Finished", "the job has ended"),
                        outcome.phase() == Phase.Succeeded
                                ? yes(Conditions.COMPLETE, outcome)
                                : no(Conditions.COMPLETE, outcome),
                        outcome.phase() == Phase.Failed
                                ? yes(Conditions.FAILED, outcome)
                                : no(Conditions.FAILED, outcome),
                        yes(Conditions.FINISHED, outcome),
                        MemoryLimitHit.of(s),
                        PythonTrouble.workersFailed(s),
                        PythonTrouble.preloadFailed(s)),
                Optional.of(outcome),
                Optional.empty());
    }

    /** The status of a job that ended before: nothing in it changes but that a later edit of the job was seen. */
    static PyJobStatus afterwards(Situation s) {
        PyJobStatus b = s.before();
        return new PyJobStatus(
                b.phase(),
                b.conditions(),
                s.generation(),
                b.attempt(),
                b.executors(),
                b.progress(),
                b.startTime(),
                b.completionTime(),
                b.exitCode(),
                b.reason(),
                b.message(),
                b.summary(),
                b.selector(),
                b.python(),
                b.timeline() == null ? null : Chronicle.of(s));
    }

    private static PyJobStatus status(
            Situation s,
            Phase phase,
            ExecutorsStatus executors,
            List<Fact> facts,
            Optional<Outcome> outcome,
            Optional<Stall> stall) {
        PyJobStatus b = s.before();
        Progress progress = s.report().map(DriverReport::progress).orElse(b.progress());
        String start = Objects.requireNonNullElse(b.startTime(), Conditions.time(s.now()));
        String end = outcome.map(o -> Conditions.time(o.at())).orElse(null);
        return new PyJobStatus(
                phase,
                Conditions.of(facts, b.conditions(), s.now(), s.generation()),
                s.generation(),
                b.attempt(),
                executors,
                progress,
                start,
                end,
                outcome.flatMap(Outcome::exitCode).orElse(null),
                outcome.filter(o -> o.phase() != Phase.Succeeded)
                        .map(Outcome::reason)
                        .or(() -> stall.map(Stall::reason))
                        .orElse(null),
                outcome.map(Outcome::message)
                        .or(() -> stall.map(Stall::message))
                        .orElse(null),
                Summaries.of(s, phase, executors, progress, start, end),
                "%s=%s,%s=%s".formatted(Labels.JOB, Labels.of(s.job()).get(Labels.JOB), Labels.ROLE, Labels.EXECUTOR),
                s.python().equals(PythonStatus.NONE) ? null : s.python(),
                outcome.isPresent() ? Chronicle.ended(s) : Chronicle.of(s));
    }

    private static Fact running(Situation s, Phase phase) {
        String type = Conditions.RUNNING;
        if (s.driver().isEmpty()) {
            return s.started()
                    ? Fact.unknown(type, "DriverNotSeen", "the driver's pod is not in sight")
                    : Fact.no(type, phase.name(), "the driver's pod has not started");
        }
        ObservedPod driver = s.driver().get();
        if (driver.unscheduled().isPresent()) {
            return Fact.no(type, Stall.UNSCHEDULABLE, driver.unscheduled().get());
        }
        if (driver.python() instanceof Running) {
            return Fact.yes(type, "ScriptRunning", "the script is running");
        }
        return waiting(driver.python())
                .or(() -> waiting(driver.jvm()))
                .map(w -> Fact.no(type, w.reason(), w.message()))
                .orElse(Fact.no(type, phase.name(), "the driver's pod is starting"));
    }

    private static Optional<Waiting> waiting(ContainerState state) {
        return state instanceof Waiting w && !w.reason().isEmpty() ? Optional.of(w) : Optional.empty();
    }

    private static Fact yes(String type, Outcome outcome) {
        return Fact.yes(type, outcome.reason(), outcome.message());
    }

    private static Fact no(String type, Outcome outcome) {
        return Fact.no(type, outcome.reason(), outcome.message());
    }
}
