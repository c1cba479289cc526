package io.pyjob.operator.plan;

import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.plan.Action.CreateObject;
import io.pyjob.operator.plan.Action.CreatePod;
import io.pyjob.operator.plan.Action.DeletePod;
import io.pyjob.operator.plan.ContainerState.Running;
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
            Ending ending = Ending.of(s, Ending.end(s));
            return new Plan(ending.actions(), JobStatus.afterwards(s), ending.recheckAfter(), List.of());
        }
        ExecutorFleet fleet = ExecutorFleet.of(s);
        if (s.deleted()) {
            return end(s, fleet, Outcome.cancelled(now));
        }
        Verdict verdict = DriverOutcome.of(s).or(fleet.verdict());
        if (verdict.againIn().filter(Duration::isZero).isPresent()) {
            return again(s, fleet, verdict.stall().orElseThrow());
        }
        Optional<Duration> patience = verdict.stall().map(stall -> stall.left(s.before(), now));
        Optional<Outcome> outcome = verdict.outcome()
                .or(() -> verdict.stall()
                        .filter(stall -> stall.left(s.before(), now).isZero())
                        .map(stall -> Outcome.failed(stall.reason(), stall.message(), now)));
        return outcome.map(o -> end(s, fleet, o)).orElseGet(() -> goOn(s, fleet, verdict, patience, fresh));
    }

    private static Plan end(Situation s, ExecutorFleet fleet, Outcome outcome) {
        Ending ending = Ending.of(s, s.now());
        PyJobStatus after = JobStatus.ended(s, fleet.status(), outcome);
        return new Plan(
                ending.actions(),
                after,
                ending.recheckAfter(),
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
        List<Action> actions = new ArrayList<>();
        if (!s.started() && s.refusal().isEmpty()) {
            actions.addAll(objects(s, fresh));
            s.attempt().ifPresent(attempt -> actions.add(new CreatePod(DriverPod.of(attempt))));
        }
        s.attempt()
                .ifPresent(attempt ->
                        fleet.create().forEach(id -> actions.add(new CreatePod(ExecutorPod.of(attempt, id)))));
        actions.addAll(fleet.delete());
        s.earlier().stream()
                .filter(pod -> !pod.deleting())
                .filter(pod -> pod.jvm().ended().isEmpty())
                .forEach(pod -> actions.add(new DeletePod(pod.name(), "it is of an earlier attempt")));
        Optional<Duration> address = s.seen().driverAddress().isPresent() ? Optional.empty() : Optional.of(SOON);
        Optional<Duration> refused = s.refusal()
                .filter(refusal -> !s.started())
                .map(refusal -> Duration.between(s.now(), refusal.retryAt()));
        Optional<Duration> recheck =
                List.of(fleet.recheckAfter(), patience, refused.isPresent() ? refused : address, verdict.againIn())
                        .stream()
                        .flatMap(Optional::stream)
                        .min(Duration::compareTo);
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
            actions.add(new CreateObject(ConfigMapObject.of(s.job())));
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
