package io.pyjob.operator.plan;

import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.pods.PodContainers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A pod that finds no node, or a container that Kubernetes fails to start. Kubernetes keeps trying, so this may pass. */
final class StartProblem {
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Set<String> REASONS = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "ImageInspectError",
            "RegistryUnavailable",
            "SignatureValidationFailed",
            "CreateContainerConfigError",
            "CreateContainerError",
            "RunContainerError",
            "CrashLoopBackOff");

    private StartProblem() {}

    static boolean isReason(String reason) {
        return REASONS.contains(reason);
    }

    /** The problem of {@code pod}, or of either of its containers. */
    static Optional<Stall> of(ObservedPod pod, Situation s) {
        return pod.unscheduled()
                .map(why -> new Stall(
                        Stall.UNSCHEDULABLE,
                        "pod " + pod.name() + " waits for a node: " + why.strip(),
                        s.capacityPatience()))
                .or(() -> of(pod, PodContainers.JVM, pod.jvm(), s))
                .or(() -> of(pod, PodContainers.PYTHON, pod.python(), s));
    }

    private static Optional<Stall> of(ObservedPod pod, String container, ContainerState state, Situation s) {
        return state instanceof Waiting w && isReason(w.reason())
                ? Optional.of(new Stall(w.reason(), text(pod, container, w, s), patience(w)))
                : Optional.empty();
    }

    private static String text(ObservedPod pod, String container, Waiting w, Situation s) {
        String about = "container " + container + " of pod " + pod.name() + " cannot start: " + w.reason();
        String text = w.message().isBlank() ? about : about + ": " + w.message().strip();
        return container.equals(PodContainers.PYTHON)
                ? pod.pythonBefore()
                        .map(e -> text + "; " + PodEnd.of(pod, container, e, s))
                        .orElse(text)
                : text;
    }

    /** No waiting makes a wrong name right. */
    private static Duration patience(Waiting w) {
        return w.reason().equals("InvalidImageName") ? Duration.ZERO : PATIENCE;
    }
}
