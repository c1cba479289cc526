package io.pyjob.operator.plan;

import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.pods.PodContainers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A container that Kubernetes fails to start. It keeps trying, so this may pass: a registry that is down comes back. */
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

    /** The problem of either container of {@code pod}. */
    static Optional<Stall> of(ObservedPod pod) {
        return of(pod, PodContainers.JVM, pod.jvm()).or(() -> of(pod, PodContainers.PYTHON, pod.python()));
    }

    private static Optional<Stall> of(ObservedPod pod, String container, ContainerState state) {
        return state instanceof Waiting w && REASONS.contains(w.reason())
                ? Optional.of(new Stall(w.reason(), text(pod, container, w), patience(w)))
                : Optional.empty();
    }

    private static String text(ObservedPod pod, String container, Waiting w) {
        String about = "container " + container + " of pod " + pod.name() + " cannot start: " + w.reason();
        return w.message().isBlank() ? about : about + ": " + w.message().strip();
    }

    /** No waiting makes a wrong name right. */
    private static Duration patience(Waiting w) {
        return w.reason().equals("InvalidImageName") ? Duration.ZERO : PATIENCE;
    }
}
