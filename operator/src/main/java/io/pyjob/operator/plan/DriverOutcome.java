package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.Quantity;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.ContainerState.Running;
import java.time.Duration;
import java.util.Optional;

/**
 * What the driver's pod says of the job. The end of its Python container is the job's end: the pod's own phase comes a second
 * or two later, and counts the JVM too.
 */
final class DriverOutcome {
    /** For how long a pod that was created may not be in sight, since what we see may be a moment old. */
    static final Duration UNSEEN = Duration.ofSeconds(10);

    /** The script's supervisor notices the JVM's end, gives the script 5 s, and has the better message. */
    static final Duration SCRIPT_NOTICES = Duration.ofSeconds(10);

    private DriverOutcome() {}

    static Verdict of(Situation s) {
        if (s.driver().isEmpty()) {
            return s.started() ? gone() : Verdict.GOES_ON;
        }
        ObservedPod driver = s.driver().get();
        Optional<Ended> python = driver.python().ended();
        Optional<Ended> jvm = driver.jvm().ended();
        if (python.isPresent()) {
            return Verdict.ended(scriptEnded(s, driver, python.get(), jvm));
        }
        if (jvm.isPresent()) {
            return jvmEnded(s, driver, jvm.get());
        }
        return StartProblem.of(driver).map(Verdict::stalled).orElse(Verdict.GOES_ON);
    }

    private static Verdict gone() {
        return Verdict.stalled(new Stall(
                "DriverGone",
                "the driver's pod is gone and has left no result: it was deleted, or its node is lost",
                UNSEEN));
    }

    private static Outcome scriptEnded(Situation s, ObservedPod driver, Ended python, Optional<Ended> jvm) {
        if (python.exitCode() == 0) {
            return Outcome.succeeded(python.at());
        }
        String message = scriptMessage(s, python);
        // Times of containers are whole seconds; a JVM that only stops because the script has ended leaves with 0.
        Optional<Ended> cause = jvm.filter(e -> e.exitCode() != 0 && !e.at().isAfter(python.at()));
        if (cause.isPresent()) {
            message = withoutNotice(message).isEmpty()
                    ? jvmMessage(s, cause.get(), true)
                    : jvmMessage(s, cause.get(), true) + "\n" + withoutNotice(message);
        } else if (driver.deleting()) {
            message = "the driver's pod was deleted or evicted while the script was running\n" + message;
        }
        return Outcome.scriptFailed(python.exitCode(), message, python.at());
    }

    /** What the script's supervisor says of a JVM that ended is less than what the JVM's own container says. */
    private static String withoutNotice(String scriptMessage) {
        String notice = "the driver's JVM ended while the script was running";
        return scriptMessage.startsWith(notice)
                ? scriptMessage.substring(notice.length()).strip()
                : scriptMessage;
    }

    private static String scriptMessage(Situation s, Ended python) {
        if (!python.message().isBlank()) {
            return python.message().strip();
        }
        ExitCode code = new ExitCode(python.exitCode());
        return "the script's container ended with " + code
                + limit(code, s.spec().driver().python().memory());
    }

    private static Verdict jvmEnded(Situation s, ObservedPod driver, Ended jvm) {
        String message = jvmMessage(s, jvm, driver.python() instanceof Running);
        // A JVM that leaves a message could not start: a port is taken, the disk is full. Waiting would tell no more.
        return jvm.message().isBlank()
                ? Verdict.stalled(new Stall("DriverJvmEnded", message, SCRIPT_NOTICES))
                : Verdict.ended(Outcome.failed("DriverJvmEnded", message, s.now()));
    }

    private static String jvmMessage(Situation s, Ended jvm, boolean scriptStarted) {
        if (!jvm.message().isBlank()) {
            return jvm.message().strip();
        }
        ExitCode code = new ExitCode(jvm.exitCode());
        return "the driver's JVM ended with " + code
                + (scriptStarted ? " while the script was running" : " before the script was running")
                + limit(code, s.spec().driver().memory());
    }

    private static String limit(ExitCode code, Quantity memory) {
        return code.isKilled() ? "; its memory limit is " + memory : "";
    }
}
