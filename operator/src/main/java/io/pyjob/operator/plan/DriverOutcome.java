package io.pyjob.operator.plan;

import io.pyjob.api.FailureCause;
import io.pyjob.api.manifest.Fault;
import io.pyjob.api.manifest.PodRules;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.ContainerState.Running;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the driver's pod says of the job. The end of its Python container is the job's end: the pod's own phase comes a second
 * or two later, and counts the JVM too.
 */
final class DriverOutcome {
    /** For how long a pod that was created may not be in sight, since what we see may be a moment old. */
    static final Duration UNSEEN = Duration.ofSeconds(10);

    /** The script's supervisor notices the JVM's end, gives the script 5 s, and has the better message. */
    static final Duration SCRIPT_NOTICES = Duration.ofSeconds(10);

    /** Longer than a pod's grace: one that has not ended then has a node that does not answer. */
    static final Duration DELETION = Duration.ofSeconds(90);

    /** How often a driver is created whose nodes refuse it before it starts. */
    static final int MOST_ATTEMPTS = 5;

    /** A container that could not even be started, though its image is there. */
    private static final Set<String> NO_START = Set.of("StartError", "ContainerCannotRun");

    private static final String INVALID_SPEC = "InvalidSpec";

    private DriverOutcome() {}

    static Verdict of(Situation s) {
        if (s.driver().isEmpty()) {
            return s.started() ? gone() : notCreated(s);
        }
        ObservedPod driver = s.driver().get();
        Optional<PodLoss> refused = driver.loss().filter(PodLoss::neverStarted);
        if (refused.isPresent()) {
            return refused(s, refused.get());
        }
        Optional<Ended> python = driver.python().ended();
        Optional<Ended> jvm = driver.jvm().ended();
        if (python.isPresent()) {
            return Verdict.ended(scriptEnded(s, driver, python.get(), jvm));
        }
        if (driver.deleting()) {
            return Verdict.stalled(new Stall(
                    lossReason(driver),
                    "the driver's pod " + loss(driver) + " and does not end",
                    DELETION,
                    FailureCause.Infrastructure));
        }
        if (jvm.isPresent()) {
            return jvmEnded(s, driver, jvm.get());
        }
        return StartProblem.of(driver, s).map(Verdict::stalled).orElse(Verdict.GOES_ON);
    }

    private static Verdict gone() {
        return Verdict.stalled(new Stall(
                "DriverGone",
                "the driver's pod is gone and has left no result: it was deleted, or its node is lost",
                UNSEEN,
                FailureCause.Infrastructure));
    }

    /** What an API server could not tell when it took the manifest, since it does not know a template's types. */
    private static Verdict notCreated(Situation s) {
        List<Fault> faults = PodRules.faultsOf(s.spec());
        if (!faults.isEmpty()) {
            String all = faults.stream().map(Fault::toString).collect(Collectors.joining("; "));
            return Verdict.ended(Outcome.failed(INVALID_SPEC, all, FailureCause.Setup, s.now()));
        }
        return s.refusal()
                .map(refusal -> Verdict.stalled(refusal.stall(s.capacityPatience())))
                .orElse(Verdict.GOES_ON);
    }

    /** Nothing of it has run, so it can be created again without running the script twice. */
    private static Verdict refused(Situation s, PodLoss loss) {
        int inARow = s.before().restarts().refusals() + 1;
        String message = "the node that the driver's pod was given refused it: " + loss;
        if (inARow >= MOST_ATTEMPTS) {
            return Verdict.ended(Outcome.failed(
                    loss.reason(),
                    message + " (so did the nodes of the " + (MOST_ATTEMPTS - 1) + " pods before it)",
                    FailureCause.Infrastructure,
                    s.now()));
        }
        Duration whole = Duration.ofSeconds(1L << inARow);
        Duration left = whole.minus(Duration.between(loss.at(), s.now()));
        // A time in the future is that of a node whose clock is wrong.
        Duration wait = left.isNegative() || left.compareTo(whole) > 0 ? Duration.ZERO : left;
        return Verdict.again(
                new Stall(loss.reason(), message, s.capacityPatience(), FailureCause.Infrastructure), wait);
    }

    private static Outcome scriptEnded(Situation s, ObservedPod driver, Ended python, Optional<Ended> jvm) {
        if (python.exitCode() == 0) {
            return Outcome.succeeded(python.at());
        }
        if (python.reason().equals(Ended.INIT_FAILED)) {
            return Outcome.failed(python.reason(), python.message(), FailureCause.Setup, python.at());
        }
        if (NO_START.contains(python.reason())) {
            return Outcome.failed(
                    python.reason(), noStart("the script's container", python), FailureCause.Setup, python.at());
        }
        String message = scriptMessage(s, python);
        if (driver.deleting() || driver.loss().isPresent()) {
            String lost = "the driver's pod " + loss(driver) + " while the script was running";
            return python.isLost()
                    ? Outcome.failed(lossReason(driver), lost, FailureCause.Infrastructure, python.at())
                    : Outcome.scriptFailed(
                            lossReason(driver),
                            python.exitCode(),
                            lost + "\n" + message,
                            FailureCause.Infrastructure,
                            python.at());
        }
        // Times of containers are whole seconds; a JVM that only stops because the script has ended leaves with 0.
        Optional<Ended> cause = jvm.filter(e -> e.exitCode() != 0 && !e.at().isAfter(python.at()));
        if (cause.isPresent()) {
            message = withoutNotice(message).isEmpty()
                    ? jvmMessage(s, cause.get(), true)
                    : jvmMessage(s, cause.get(), true) + "\n" + withoutNotice(message);
        }
        boolean outOfMemory =
                python.isOutOfMemory() || cause.filter(Ended::isOutOfMemory).isPresent();
        return Outcome.scriptFailed(
                outOfMemory
                        ? Outcome.OUT_OF_MEMORY
                        : SetupFailure.reason(python).orElse(Outcome.SCRIPT_FAILED),
                python.exitCode(),
                message,
                FailureCause.Script,
                python.at());
    }

    private static String lossReason(ObservedPod driver) {
        return driver.loss().map(PodLoss::reason).orElse("DriverDeleted");
    }

    private static String loss(ObservedPod driver) {
        return driver.loss()
                .map(loss -> "was ended by the cluster (" + loss + ")")
                .orElse("was deleted or evicted");
    }

    /** What the script's supervisor says of a JVM that ended is less than what the JVM's own container says. */
    private static String withoutNotice(String scriptMessage) {
        String notice = "the driver's JVM ended while the script was running";
        return scriptMessage.startsWith(notice)
                ? scriptMessage.substring(notice.length()).strip()
                : scriptMessage;
    }

    private static String scriptMessage(Situation s, Ended python) {
        MemoryField field = MemoryField.ofScript(s.spec());
        if (!python.message().isBlank()) {
            String message = python.message().strip();
            return python.isOutOfMemory() ? field.hit() + "\n" + message : message;
        }
        return python.isOutOfMemory()
                ? field.hit()
                : "the script's container ended with " + new ExitCode(python.exitCode()) + limit(python, field);
    }

    private static Verdict jvmEnded(Situation s, ObservedPod driver, Ended jvm) {
        if (NO_START.contains(jvm.reason())) {
            return Verdict.ended(
                    Outcome.failed(jvm.reason(), noStart("the driver's JVM", jvm), FailureCause.Setup, s.now()));
        }
        String message = jvmMessage(s, jvm, driver.python() instanceof Running);
        String reason = jvm.isOutOfMemory() ? Outcome.OUT_OF_MEMORY : "DriverJvmEnded";
        // A JVM that leaves a message could not start: a port is taken, the disk is full. Waiting would tell no more.
        return jvm.message().isBlank()
                ? Verdict.stalled(new Stall(reason, message, SCRIPT_NOTICES, FailureCause.Script))
                : Verdict.ended(Outcome.failed(reason, message, FailureCause.Script, s.now()));
    }

    private static String jvmMessage(Situation s, Ended jvm, boolean scriptStarted) {
        MemoryField field = MemoryField.ofDriverJvm(s.spec());
        if (jvm.isOutOfMemory()) {
            return jvm.message().isBlank()
                    ? field.hit()
                    : field.hit() + "\n" + jvm.message().strip();
        }
        if (!jvm.message().isBlank()) {
            return jvm.message().strip();
        }
        return "the driver's JVM ended with " + new ExitCode(jvm.exitCode())
                + (scriptStarted ? " while the script was running" : " before the script was running")
                + limit(jvm, field);
    }

    private static String noStart(String container, Ended ended) {
        return container + " cannot be started from its image: "
                + ended.message().strip();
    }

    private static String limit(Ended ended, MemoryField field) {
        return new ExitCode(ended.exitCode()).isKilled() ? "; its memory limit is " + field.limit() : "";
    }
}
