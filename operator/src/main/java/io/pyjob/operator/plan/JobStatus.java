package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.AttemptStatus;
import io.pyjob.api.ExecutorsStatus;
import io.pyjob.api.Phase;
import io.pyjob.api.Progress;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.PythonStatus;
import io.pyjob.api.RestartStatus;
import io.pyjob.api.StatusSummary;
import io.pyjob.api.Timeline;
import io.pyjob.operator.plan.Conditions.Fact;
import io.pyjob.operator.plan.ContainerState.Running;
import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.pods.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Writes the status: the only place that does. */
final class JobStatus {
    private static final String NO_END = "the job has not ended";
    private static final Fact NOT_SUSPENDED = Fact.no(Conditions.SUSPENDED, "NotSuspended", "spec.suspend is false");

    private JobStatus() {}

    /** The status of a job that goes on. */
    static PyJobStatus goingOn(Situation s, Phase phase, ExecutorFleet fleet, Optional<Stall> stall) {
        return status(
                s,
                phase,
                fleet.status(),
                List.of(
                        running(s, phase),
                        fleet.readiness(),
                        stall.map(t -> Fact.stalled(t, t.since(s.before(), s.now())))
                                .orElse(Fact.no(Conditions.STALLED, "GoesOn", "nothing keeps the job from going on")),
                        Fact.no(Conditions.COMPLETE, phase.name(), NO_END),
                        Fact.no(Conditions.FAILED, phase.name(), NO_END),
                        Fact.no(Conditions.FINISHED, phase.name(), NO_END),
                        NOT_SUSPENDED,
                        Fact.no(Conditions.RETRYING, phase.name(), "the attempt has not ended"),
                        MemoryLimitHit.of(s),
                        PythonTrouble.workersFailed(s),
                        PythonTrouble.preloadFailed(s),
                        JarConflicts.fact(s)),
                Optional.empty(),
                stall,
                AttemptHistory.goingOn(s, phase == Phase.Running));
    }

    /** The status of a job whose driver is created once more, as nothing of it has run. */
    static PyJobStatus anotherAttempt(Situation s, ExecutorFleet fleet, Stall stall) {
        RestartStatus was = s.before().restarts();
        Outcome refused = Outcome.failed(stall.reason(), stall.message(), stall.cause(), s.now());
        return nextAttempt(
                s,
                goingOn(s, Phase.Pending, fleet, Optional.of(stall)),
                fleet.status().desired(),
                AttemptHistory.ended(s, refused),
                new RestartStatus(was.failures(), was.losses(), was.refusals() + 1, null));
    }

    /** The status of a job whose script will be run again, as {@code outcome} is not its last. */
    static PyJobStatus retrying(Situation s, ExecutorFleet fleet, Outcome outcome, NextAttempt next) {
        String waits = "the next attempt has not begun";
        Stall told = new Stall(outcome.reason(), next.message(), Duration.ZERO);
        PyJobStatus status = status(
                s,
                Phase.Retrying,
                ExecutorsStatus.NONE.with(fleet.status().failures()),
                List.of(
                        Fact.no(Conditions.RUNNING, Phase.Retrying.name(), waits),
                        Fact.no(Conditions.EXECUTORS_READY, Phase.Retrying.name(), waits),
                        Fact.no(Conditions.STALLED, Phase.Retrying.name(), waits),
                        Fact.no(Conditions.COMPLETE, Phase.Retrying.name(), NO_END),
                        Fact.no(Conditions.FAILED, Phase.Retrying.name(), NO_END),
                        Fact.no(Conditions.FINISHED, Phase.Retrying.name(), NO_END),
                        NOT_SUSPENDED,
                        Fact.yes(Conditions.RETRYING, outcome.reason(), next.message()),
                        MemoryLimitHit.of(s),
                        PythonTrouble.workersFailed(s),
                        PythonTrouble.preloadFailed(s),
                        JarConflicts.fact(s)),
                Optional.empty(),
                Optional.of(told),
                AttemptHistory.ended(s, outcome));
        return nextAttempt(s, status, fleet.status().desired(), status.attempts(), next.restarts());
    }

    /** The status of a job that waits for its next attempt: it changes only by what keeps that from beginning. */
    static PyJobStatus waiting(Situation s, Optional<Stall> stall) {
        PyJobStatus b = s.before();
        List<Condition> conditions = new ArrayList<>(b.conditions());
        Fact fact = stall.map(t -> Fact.stalled(t, t.since(b, s.now())))
                .orElse(Fact.no(Conditions.STALLED, b.phase().name(), "the next attempt has not begun"));
        boolean isResumed = b.phase() == Phase.Suspended;
        conditions.replaceAll(c -> switch (c.getType()) {
            case Conditions.STALLED -> condition(s, fact);
            case Conditions.SUSPENDED -> condition(s, NOT_SUSPENDED);
            default -> c;
        });
        return new PyJobStatus(
                isResumed ? Phase.Pending : b.phase(),
                conditions,
                s.generation(),
                b.attempt(),
                b.executors(),
                b.progress(),
                isResumed ? Conditions.time(s.now()) : b.startTime(),
                null,
                null,
                stall.map(Stall::reason).orElse(b.reason()),
                stall.map(Stall::message).orElse(b.message()),
                b.summary(),
                b.selector(),
                b.python(),
                b.timeline(),
                b.attempts(),
                b.restarts());
    }

    private static Condition condition(Situation s, Fact fact) {
        return Conditions.of(List.of(fact), s.before().conditions(), s.now(), s.generation())
                .get(0);
    }

    /** The status of a job that has no pods because the user wants none; the attempt that is to come has not begun. */
    static PyJobStatus suspended(Situation s) {
        String why = "the job is suspended";
        String phase = Phase.Suspended.name();
        Outcome outcome = Outcome.suspended(s.now());
        boolean begun = AttemptHistory.current(s).isPresent() || s.started();
        PyJobStatus status = status(
                s,
                Phase.Suspended,
                ExecutorsStatus.NONE.with(s.before().executors().failures()),
                List.of(
                        Fact.no(Conditions.RUNNING, phase, why),
                        Fact.no(Conditions.EXECUTORS_READY, phase, why),
                        Fact.no(Conditions.STALLED, phase, why),
                        Fact.no(Conditions.COMPLETE, phase, NO_END),
                        Fact.no(Conditions.FAILED, phase, NO_END),
                        Fact.no(Conditions.FINISHED, phase, NO_END),
                        Fact.yes(Conditions.SUSPENDED, phase, "spec.suspend is true"),
                        Fact.no(Conditions.RETRYING, phase, why),
                        MemoryLimitHit.of(s),
                        PythonTrouble.workersFailed(s),
                        PythonTrouble.preloadFailed(s),
                        JarConflicts.fact(s)),
                Optional.empty(),
                Optional.empty(),
                begun ? AttemptHistory.ended(s, outcome) : s.before().attempts());
        return notStarted(begun ? nextAttempt(s, status, 0, status.attempts(), status.restarts()) : status);
    }

    /** Its clock begins when it is resumed, as a Kubernetes Job's does. */
    private static PyJobStatus notStarted(PyJobStatus b) {
        String created = b.timeline() == null ? null : b.timeline().created();
        return new PyJobStatus(
                b.phase(),
                b.conditions(),
                b.observedGeneration(),
                b.attempt(),
                b.executors(),
                b.progress(),
                null,
                null,
                null,
                b.reason(),
                b.message(),
                b.summary(),
                b.selector(),
                b.python(),
                created == null ? null : new Timeline(created, null, null, null, null, null, null, null),
                b.attempts(),
                b.restarts());
    }

    private static PyJobStatus nextAttempt(
            Situation s, PyJobStatus next, int desired, List<AttemptStatus> attempts, RestartStatus restarts) {
        return new PyJobStatus(
                next.phase(),
                next.conditions(),
                next.observedGeneration(),
                next.attempt() + 1,
                new ExecutorsStatus(desired, 0, 0, next.executors().failed())
                        .with(next.executors().failures()),
                Progress.NONE,
                next.startTime(),
                null,
                null,
                next.reason(),
                next.message(),
                new StatusSummary("0/" + desired, "0/0", null),
                next.selector(),
                null,
                Chronicle.of(s).beforePods(),
                attempts,
                restarts);
    }

    /** The status of a job that has just ended. */
    static PyJobStatus ended(Situation s, ExecutorsStatus executors, Outcome outcome) {
        ExecutorsStatus left = new ExecutorsStatus(
                executors.desired(),
                0,
                executors.lastId(),
                executors.failed(),
                executors.failures(),
                executors.removed(),
                List.of());
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
                        Fact.no(Conditions.SUSPENDED, "Finished", "the job has ended"),
                        Fact.no(Conditions.RETRYING, "Finished", "the job has ended"),
                        MemoryLimitHit.of(s),
                        PythonTrouble.workersFailed(s),
                        PythonTrouble.preloadFailed(s),
                        JarConflicts.fact(s)),
                Optional.of(outcome),
                Optional.empty(),
                AttemptHistory.ended(s, outcome));
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
                b.timeline() == null ? null : Chronicle.of(s),
                b.attempts(),
                b.restarts());
    }

    private static PyJobStatus status(
            Situation s,
            Phase phase,
            ExecutorsStatus executors,
            List<Fact> facts,
            Optional<Outcome> outcome,
            Optional<Stall> stall,
            List<AttemptStatus> attempts) {
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
                outcome.isPresent() ? Chronicle.ended(s) : Chronicle.of(s),
                attempts,
                b.restarts().withoutWait());
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
