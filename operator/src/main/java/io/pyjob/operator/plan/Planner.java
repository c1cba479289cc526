package io.pyjob.operator.plan;

import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.plan.Action.CreateObject;
import io.pyjob.operator.plan.Action.CreatePod;
import io.pyjob.operator.plan.Action.DeletePod;
import io.pyjob.operator.plan.ContainerState.Running;
import io.pyjob.operator.pods.BatchQueue;
import io.pyjob.operator.pods.ConfigMapObject;
import io.pyjob.operator.pods.DriverPod;
import io.pyjob.operator.pods.DriverService;
import io.pyjob.operator.pods.ExecutorPod;
import io.pyjob.operator.pods.FreshSecrets;
import io.pyjob.operator.pods.NetworkPolicyObject;
import io.pyjob.operator.pods.PodSettings;
import io.pyjob.operator.pods.SecretObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what is to be done for a job. Level-based: it looks at what is there, not at what has changed, so it may be asked
 * at any time and any number of times.
 *
 * <p>The caller carries out all actions, in order, and only then writes the status. If an action fails it writes nothing
 * and asks again. If one is refused it carries out nothing more, asks again with that refusal among what it has observed,
 * and writes the status of the second plan.
 */
public final class Planner {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration CAPACITY_PATIENCE = Duration.ofHours(1);

    private Planner() {}

    /**
     * The plan for {@code job}, of which {@code seen} is known.
     *
     * @param fresh secrets for a job that has none yet
     */
    public static Plan plan(PyJob job, Observed seen, Instant now, FreshSecrets fresh, PodSettings settings) {
        return plan(job, seen, now, fresh, settings, CAPACITY_PATIENCE);
    }

    /**
     * The plan for {@code job}, of which {@code seen} is known.
     *
     * @param fresh secrets for a job that has none yet
     * @param capacityPatience how long the job may wait for room in the cluster: a node for its driver, or for any executor
     */
    public static Plan plan(
            PyJob job,
            Observed seen,
            Instant now,
            FreshSecrets fresh,
            PodSettings settings,
            Duration capacityPatience) {
        Situation s = Situation.of(job, seen, now, settings, capacityPatience);
        if (s.before().phase().isFinal()) {
            return finished(s);
        }
        ExecutorFleet fleet = ExecutorFleet.of(s);
        if (s.deleted()) {
            return end(s, fleet, Outcome.cancelled(now));
        }
        if (!s.started()) {
            if (s.spec().suspend()) {
                return suspended(s);
            }
            Optional<Pause> pause = Pause.of(s);
            if (pause.isPresent()) {
                return waiting(s, fleet, pause.get());
            }
        }
        Verdict verdict = DriverOutcome.of(s).or(fleet.verdict());
        if (s.spec().suspend() && verdict.outcome().isEmpty()) {
            return suspend(s);
        }
        if (verdict.againIn().filter(Duration::isZero).isPresent()) {
            return again(s, fleet, verdict.stall().orElseThrow());
        }
        Optional<Duration> patience = verdict.stall().map(stall -> stall.left(s.before(), now));
        Optional<Outcome> outcome = verdict.outcome()
                .or(() -> verdict.stall()
                        .filter(stall -> stall.left(s.before(), now).isZero())
                        .map(stall -> Outcome.failed(stall.reason(), stall.message(), stall.cause(), now)))
                .or(() -> Timeouts.passed(s, verdict.stall()));
        return outcome.map(o -> ended(s, fleet, o)).orElseGet(() -> goOn(s, fleet, verdict, patience, fresh));
    }

    /** Of a job that ended before. */
    private static Plan finished(Situation s) {
        Ending ending = Ending.of(s, Ending.end(s));
        List<Action> actions = new ArrayList<>(ending.actions());
        Optional<Duration> recheck = ending.recheckAfter();
        if (!s.deleted()) {
            Retention retention = Retention.ofFinished(s);
            actions.addAll(retention.actions());
            recheck = soonest(Stream.of(ending.recheckAfter(), retention.recheckAfter()));
        }
        return new Plan(actions, JobStatus.afterwards(s), recheck, List.of());
    }

    /** An attempt has ended, and maybe the job. */
    private static Plan ended(Situation s, ExecutorFleet fleet, Outcome outcome) {
        return NextAttempt.after(s, outcome)
                .map(next -> retry(s, fleet, outcome, next))
                .orElseGet(() -> end(
                        s,
                        fleet,
                        NextAttempt.lastWords(s, outcome).map(outcome::with).orElse(outcome)));
    }

    /** The script will be run again. What the attempt leaves running gets the time that it gets at a job's end. */
    private static Plan retry(Situation s, ExecutorFleet fleet, Outcome outcome, NextAttempt next) {
        Ending ending = Ending.of(s, outcome.isTimeout() ? Instant.EPOCH : s.now());
        PyJobStatus after = JobStatus.retrying(s, fleet, outcome, next);
        return new Plan(
                ending.actions(),
                after,
                soonest(Stream.of(
                        ending.recheckAfter(),
                        Optional.ofNullable(after.restarts().nextAttemptTime())
                                .map(at -> s.spec().suspend()
                                        ? Duration.ZERO
                                        : Duration.between(s.now(), Instant.parse(at))),
                        Retention.ofPods(s.with(after)).due(),
                        Timeouts.left(s))),
                JobEvents.of(s, ending.actions(), after, fleet.failures()));
    }

    /** The next attempt is not to begin yet. */
    private static Plan waiting(Situation s, ExecutorFleet fleet, Pause pause) {
        Optional<Outcome> outcome = Timeouts.passed(s, pause.stall())
                .or(() -> pause.stall()
                        .filter(stall -> stall.left(s.before(), s.now()).isZero())
                        .map(stall -> Outcome.failed(stall.reason(), stall.message(), stall.cause(), s.now())));
        if (outcome.isPresent()) {
            return end(s, fleet, outcome.get());
        }
        Ending ending = Ending.of(s, AttemptHistory.lastEnd(s));
        Retention retention = Retention.ofPods(s);
        List<Action> actions = new ArrayList<>(ending.actions());
        actions.addAll(retention.actions());
        PyJobStatus after = JobStatus.waiting(s, pause.stall());
        return new Plan(
                actions,
                after,
                soonest(Stream.of(
                        Optional.of(pause.left()), ending.recheckAfter(), retention.recheckAfter(), Timeouts.left(s))),
                JobEvents.of(s, actions, after, fleet.failures()));
    }

    /**
     * The user wants no pods any more. That is written first, and the pods go with the next plan: if they went and the status
     * stayed, their names could be given twice.
     */
    private static Plan suspend(Situation s) {
        PyJobStatus after = JobStatus.suspended(s);
        return new Plan(
                List.of(),
                after,
                Optional.of(Duration.ZERO),
                JobEvents.of(s, List.of(), after, ExecutorFleet.NO_FAILURES));
    }

    /** The user wants no pods for now. */
    private static Plan suspended(Situation s) {
        Retention retention = Retention.ofPods(s);
        List<Action> actions = new ArrayList<>(Ending.all(s, "the job is suspended"));
        actions.addAll(retention.actions());
        PyJobStatus after = JobStatus.suspended(s);
        return new Plan(
                actions, after, retention.recheckAfter(), JobEvents.of(s, actions, after, ExecutorFleet.NO_FAILURES));
    }

    private static Optional<Duration> soonest(Stream<Optional<Duration>> times) {
        return times.flatMap(Optional::stream).min(Duration::compareTo);
    }

    private static Plan end(Situation s, ExecutorFleet fleet, Outcome outcome) {
        Ending ending = Ending.of(s, outcome.isTimeout() ? Instant.EPOCH : s.now());
        PyJobStatus after = JobStatus.ended(s, fleet.status(), outcome);
        return new Plan(
                ending.actions(),
                after,
                s.deleted()
                        ? ending.recheckAfter()
                        : soonest(Stream.of(
                                ending.recheckAfter(),
                                Retention.ofFinished(s.with(after)).due())),
                JobEvents.of(s, ending.actions(), after, fleet.failures()));
    }

    /** A new attempt, whose pods the next plan makes. */
    private static Plan again(Situation s, ExecutorFleet fleet, Stall stall) {
        PyJobStatus after = JobStatus.anotherAttempt(s, fleet, stall);
        List<JobEvent> events = List.of(JobEvent.warning("DriverCreatedAgain", stall.message()));
        return new Plan(List.of(), after, Optional.of(Duration.ZERO), events);
    }

    private static Plan goOn(
            Situation s, ExecutorFleet fleet, Verdict verdict, Optional<Duration> patience, FreshSecrets fresh) {
        Retention retention = Retention.ofPods(s);
        List<Action> actions = new ArrayList<>(retention.actions());
        s.earlier().stream()
                .filter(pod -> !pod.deleting() && !Ending.hasEnded(pod))
                .forEach(pod -> actions.add(new DeletePod(pod.name(), "it is of an earlier attempt")));
        if (!s.started() && s.refusal().isEmpty()) {
            actions.addAll(objects(s, fresh));
            s.attempt().flatMap(BatchQueue::podGroup).ifPresent(group -> actions.add(new CreateObject(group)));
            s.attempt().ifPresent(attempt -> actions.add(new CreatePod(DriverPod.of(attempt))));
        }
        s.attempt()
                .ifPresent(attempt ->
                        fleet.create().forEach(id -> actions.add(new CreatePod(ExecutorPod.of(attempt, id)))));
        actions.addAll(fleet.delete());
        Optional<Duration> address = s.seen().driverAddress().isPresent() ? Optional.empty() : Optional.of(SOON);
        Optional<Duration> refused = s.refusal()
                .filter(refusal -> !s.started())
                .map(refusal -> Duration.between(s.now(), refusal.retryAt()));
        Optional<Duration> recheck = soonest(Stream.of(
                fleet.recheckAfter(),
                patience,
                refused.isPresent() ? refused : address,
                verdict.againIn(),
                retention.recheckAfter(),
                Timeouts.left(s)));
        PyJobStatus after = JobStatus.goingOn(s, phase(s), fleet, verdict.stall());
        return new Plan(actions, after, recheck, JobEvents.of(s, actions, after, fleet.failures()));
    }

    /** What pods mount or go through, written before any pod; never again later, when pods hold the values of the first. */
    private static List<Action> objects(Situation s, FreshSecrets fresh) {
        List<Action> actions = new ArrayList<>();
        if (!s.seen().secret()) {
            actions.add(new CreateObject(SecretObject.of(s.job(), fresh)));
        }
        if (!s.seen().configMap()) {
            actions.add(
                    new CreateObject(ConfigMapObject.of(s.job(), s.settings().ui())));
        }
        if (s.seen().driverAddress().isEmpty()) {
            // Before the Service, so that where that is seen the policy is there too, and before any pod.
            if (s.settings().networkPolicies()) {
                actions.add(new CreateObject(NetworkPolicyObject.of(s.job(), s.settings())));
            }
            actions.add(new CreateObject(DriverService.of(s.job())));
        }
        return actions;
    }

    /** Never back to an earlier one: a driver out of sight for a moment has not gone back to starting. */
    private static Phase phase(Situation s) {
        boolean running = s.before().phase() == Phase.Running
                || s.driver().filter(d -> d.python() instanceof Running).isPresent();
        if (running) {
            return Phase.Running;
        }
        boolean creates = s.attempt().isPresent() && s.refusal().isEmpty();
        return s.started() || creates ? Phase.Starting : Phase.Pending;
    }
}
