package io.pyjob.operator.plan;

import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.pods.DriverPod;
import io.pyjob.operator.pods.ExecutorPod;
import io.pyjob.operator.pods.PodContainers;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A pod that finds no node, or a container that Kubernetes fails to start. Kubernetes keeps trying, so this may pass. */
final class StartProblem {
    static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SLOW = Duration.ofMinutes(1);

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
            "StartError",
            "ContainerCannotRun",
            "CrashLoopBackOff");

    private StartProblem() {}

    static boolean isReason(String reason) {
        return REASONS.contains(reason);
    }

    /** The problem of {@code pod}, or of either of its containers: that which can be borne least. */
    static Optional<Stall> of(ObservedPod pod, Situation s) {
        return Stream.of(
                        unscheduled(pod, s),
                        container(pod, PodContainers.JVM, pod.jvm(), s),
                        container(pod, PodContainers.PYTHON, pod.python(), s),
                        restarting(pod, s),
                        other(pod))
                .flatMap(Optional::stream)
                .min(Comparator.comparing(Stall::patience))
                .or(() -> slow(pod, s))
                .or(() -> unattended(pod, s));
    }

    /** A scheduler that has looked at a pod gives it a node or says why not. */
    private static Optional<Stall> unattended(ObservedPod pod, Situation s) {
        return Optional.ofNullable(pod.steps().get(PodStep.CREATED))
                .filter(created -> pod.nodeSince().isEmpty() && pod.jvm() instanceof Waiting)
                .filter(created -> Duration.between(created, s.now()).compareTo(SLOW) >= 0)
                .map(created -> new Stall(
                        Stall.UNSCHEDULABLE,
                        "pod " + pod.name() + " waits for a node, and no scheduler has looked at it; "
                                + scheduler(pod, s),
                        s.capacityPatience()));
    }

    private static String scheduler(ObservedPod pod, Situation s) {
        return s.attempt()
                .map(attempt -> pod.isDriver()
                        ? DriverPod.of(attempt)
                        : ExecutorPod.of(attempt, pod.executorId().orElseThrow()))
                .flatMap(made -> Optional.ofNullable(made.getSpec().getSchedulerName()))
                .map(name -> "is there a scheduler named " + name + " (its schedulerName)?")
                .orElse("does the cluster's scheduler run?");
    }

    /** Nothing is said to be wrong, and nothing happens: a volume is not there, or an image is very large. */
    private static Optional<Stall> slow(ObservedPod pod, Situation s) {
        return pod.nodeSince()
                .filter(since -> pod.jvm() instanceof Waiting || pod.python() instanceof Waiting)
                .filter(since -> Duration.between(since, s.now()).compareTo(SLOW) >= 0)
                .map(since -> new Stall(
                        "ContainerCreating",
                        "the containers of pod " + pod.name() + " have not started: an image takes long, or a volume"
                                + " cannot be mounted; kubectl describe pod " + pod.name() + " tells more",
                        s.capacityPatience()));
    }

    private static Optional<Stall> unscheduled(ObservedPod pod, Situation s) {
        return pod.unscheduled()
                .map(why -> new Stall(
                        Stall.UNSCHEDULABLE,
                        "pod " + pod.name() + " waits for a node: " + why.strip(),
                        s.capacityPatience()));
    }

    private static Optional<Stall> container(ObservedPod pod, String container, ContainerState state, Situation s) {
        return state instanceof Waiting w && isReason(w.reason())
                ? Optional.of(new Stall(w.reason(), text(pod, container, w, s), patience(w)))
                : Optional.empty();
    }

    /**
     * A sidecar that ends again and again keeps its JVM from starting. Between its ends it runs, or has just ended, for a
     * moment: that is no news.
     */
    private static Optional<Stall> restarting(ObservedPod pod, Situation s) {
        return pod.pythonBefore()
                .filter(e -> !pod.isDriver() && pod.jvm() instanceof Waiting)
                .map(e -> new Stall(
                        isReason(e.reason()) ? e.reason() : "CrashLoopBackOff",
                        "container python of pod " + pod.name() + " ends again and again; "
                                + PodEnd.of(pod, PodContainers.PYTHON, e, s),
                        PATIENCE));
    }

    /** PyJob's own containers come after init containers and sidecars of others. Once they run, those are no business of it. */
    private static Optional<Stall> other(ObservedPod pod) {
        if (!(pod.jvm() instanceof Waiting) || !(pod.python() instanceof Waiting)) {
            return Optional.empty();
        }
        return pod.others().stream()
                .flatMap(other -> other.state() instanceof Waiting w && isReason(w.reason())
                        ? Stream.of(new Stall(w.reason(), text(pod, other.name(), w), patience(w)))
                        : Stream.of())
                .findFirst();
    }

    private static String text(ObservedPod pod, String container, Waiting w) {
        String about = "container " + container + " of pod " + pod.name() + " cannot start: " + w.reason();
        return w.message().isBlank() ? about : about + ": " + w.message().strip();
    }

    private static String text(ObservedPod pod, String container, Waiting w, Situation s) {
        String text = text(pod, container, w);
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
