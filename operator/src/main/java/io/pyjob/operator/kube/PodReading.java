package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.pyjob.operator.plan.ContainerState;
import io.pyjob.operator.plan.ContainerState.Ended;
import io.pyjob.operator.plan.ContainerState.Running;
import io.pyjob.operator.plan.ContainerState.Waiting;
import io.pyjob.operator.plan.ObservedPod;
import io.pyjob.operator.plan.OtherContainer;
import io.pyjob.operator.plan.PodLoss;
import io.pyjob.operator.plan.PodStep;
import io.pyjob.operator.pods.PodContainers;
import io.pyjob.operator.pods.PodIdentity;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a pod's status says, in the planner's terms. Pure. */
final class PodReading {
    private static final String FAILED = "Failed";

    /** The kubelet's own for containers that it has lost. */
    private static final int LOST_EXIT_CODE = 137;

    private static final Set<String> REFUSALS =
            Set.of("NodeAffinity", "NodePorts", "NodeShutdown", "UnexpectedAdmissionError");

    private final Pod pod;
    private final PodStatus status;

    private PodReading(Pod pod) {
        this.pod = pod;
        this.status = Objects.requireNonNullElseGet(pod.getStatus(), PodStatus::new);
    }

    /** Empty for a pod whose labels are not those of a pod of ours. */
    static Optional<ObservedPod> of(Pod pod) {
        return PodIdentity.of(pod).map(identity -> new PodReading(pod).observed(identity));
    }

    private ObservedPod observed(PodIdentity identity) {
        Optional<ContainerStatus> jvm = container(PodContainers.JVM);
        Optional<ContainerStatus> python = container(PodContainers.PYTHON);
        return new ObservedPod(
                pod.getMetadata().getName(),
                identity.attempt(),
                identity.executorId(),
                state(jvm),
                state(python),
                pod.getMetadata().getDeletionTimestamp() != null,
                condition("PodScheduled")
                        .filter(condition -> "True".equals(condition.getStatus()))
                        .map(condition -> time(condition.getLastTransitionTime())),
                unscheduled(),
                loss(),
                python.flatMap(this::before),
                steps(jvm, python),
                others());
    }

    private List<OtherContainer> others() {
        return Stream.concat(
                        status.getInitContainerStatuses().stream().map(container -> other(container, false)),
                        status.getContainerStatuses().stream().map(container -> other(container, true)))
                .filter(other -> !isOwn(other.name()))
                .toList();
    }

    private OtherContainer other(ContainerStatus container, boolean isPlain) {
        return new OtherContainer(container.getName(), state(container), isPlain);
    }

    private static boolean isOwn(String container) {
        return container.equals(PodContainers.JVM) || container.equals(PodContainers.PYTHON);
    }

    /** Of a pod that is over because an init container has failed: which, and how. */
    private Optional<Ended> initFailure() {
        return status.getInitContainerStatuses().stream()
                .filter(container -> !isOwn(container.getName()))
                .flatMap(container -> state(container).ended().stream()
                        .filter(ended -> ended.exitCode() != 0)
                        .map(ended -> new Ended(
                                ended.exitCode(),
                                ended.at(),
                                "init container " + container.getName() + " of pod "
                                        + pod.getMetadata().getName() + " ended with exit code " + ended.exitCode()
                                        + (ended.message().isBlank()
                                                ? ""
                                                : ": " + ended.message().strip()),
                                Ended.INIT_FAILED)))
                .findFirst();
    }

    private Map<PodStep, Instant> steps(Optional<ContainerStatus> jvm, Optional<ContainerStatus> python) {
        Map<PodStep, Instant> steps = new EnumMap<>(PodStep.class);
        put(steps, PodStep.CREATED, Optional.ofNullable(pod.getMetadata().getCreationTimestamp()));
        put(steps, PodStep.SCHEDULED, since("PodScheduled"));
        put(steps, PodStep.PREPARED, since("PodReadyToStartContainers"));
        put(steps, PodStep.JVM, jvm.flatMap(PodReading::started));
        put(steps, PodStep.PYTHON, python.flatMap(PodReading::started));
        return steps;
    }

    private static void put(Map<PodStep, Instant> steps, PodStep step, Optional<String> time) {
        time.map(Instant::parse).ifPresent(at -> steps.put(step, at));
    }

    private Optional<String> since(String condition) {
        return condition(condition)
                .filter(found -> "True".equals(found.getStatus()))
                .map(PodCondition::getLastTransitionTime);
    }

    /** One that never ran, since it could not be made, may have ended without a start. */
    private static Optional<String> started(ContainerStatus container) {
        return Optional.ofNullable(container.getState())
                .flatMap(state -> Optional.ofNullable(state.getRunning())
                        .map(ContainerStateRunning::getStartedAt)
                        .or(() -> Optional.ofNullable(state.getTerminated())
                                .map(ContainerStateTerminated::getStartedAt)));
    }

    /** An executor's Python is a native sidecar: Kubernetes lists it among the init containers. */
    private Optional<ContainerStatus> container(String name) {
        return Stream.of(status.getContainerStatuses(), status.getInitContainerStatuses())
                .flatMap(List::stream)
                .filter(container -> name.equals(container.getName()))
                .findFirst();
    }

    /** Of a pod that is over every container is, though a kubelet that has refused or lost it does not say how. */
    private ContainerState state(Optional<ContainerStatus> container) {
        ContainerState state = container.map(this::state).orElse(Waiting.TO_START);
        if (!isOver() || state.ended().isPresent()) {
            return state;
        }
        return initFailure().orElse(new Ended(LOST_EXIT_CODE, time(null), "", Ended.LOST));
    }

    private boolean isOver() {
        return FAILED.equals(status.getPhase()) || "Succeeded".equals(status.getPhase());
    }

    private ContainerState state(ContainerStatus container) {
        if (container.getState() == null) {
            return Waiting.TO_START;
        }
        ContainerStateTerminated terminated = container.getState().getTerminated();
        if (terminated != null) {
            return ended(terminated);
        }
        if (container.getState().getRunning() != null) {
            return new Running(time(container.getState().getRunning().getStartedAt()));
        }
        ContainerStateWaiting waiting = container.getState().getWaiting();
        return waiting == null ? Waiting.TO_START : new Waiting(text(waiting.getReason()), text(waiting.getMessage()));
    }

    /** While a sidecar waits to be started again its present state is its end, and there may be none before it. */
    private Optional<Ended> before(ContainerStatus container) {
        boolean startsAgain = status.getInitContainerStatuses().contains(container) && !isOver();
        return terminated(container.getLastState())
                .or(() -> startsAgain ? terminated(container.getState()) : Optional.empty())
                .map(this::ended);
    }

    private static Optional<ContainerStateTerminated> terminated(
            io.fabric8.kubernetes.api.model.@Nullable ContainerState state) {
        return Optional.ofNullable(state).flatMap(s -> Optional.ofNullable(s.getTerminated()));
    }

    private Ended ended(ContainerStateTerminated terminated) {
        return new Ended(
                Objects.requireNonNullElse(terminated.getExitCode(), 0),
                time(terminated.getFinishedAt()),
                text(terminated.getMessage()),
                text(terminated.getReason()));
    }

    private Optional<String> unscheduled() {
        return condition("PodScheduled")
                .filter(condition -> "False".equals(condition.getStatus()))
                .map(condition -> text(condition.getMessage()).isEmpty()
                        ? text(condition.getReason())
                        : text(condition.getMessage()));
    }

    /**
     * A pod that a kubelet has refused or evicted has a reason of its own, and mostly no containers; one that the scheduler,
     * an eviction or a lost node ends has a condition.
     */
    private Optional<PodLoss> loss() {
        boolean failed = FAILED.equals(status.getPhase());
        String reason = text(status.getReason());
        boolean noContainers = status.getContainerStatuses().isEmpty()
                && status.getInitContainerStatuses().isEmpty();
        if (failed && (!reason.isEmpty() || noContainers)) {
            return Optional.of(new PodLoss(
                    reason.isEmpty() ? "PodFailed" : reason,
                    text(status.getMessage()),
                    time(null),
                    noContainers && isRefusal(reason)));
        }
        return condition("DisruptionTarget")
                .filter(condition -> "True".equals(condition.getStatus()))
                .map(condition -> new PodLoss(
                        text(condition.getReason()),
                        text(condition.getMessage()),
                        time(condition.getLastTransitionTime()),
                        false));
    }

    /** Whether a kubelet says with it that it will not run a pod that the scheduler has given to its node. */
    private static boolean isRefusal(String reason) {
        return reason.startsWith("OutOf") || REFUSALS.contains(reason);
    }

    private Optional<PodCondition> condition(String type) {
        return status.getConditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    /** Kubelets that have lost a container do not know when it ended: that it has is known since the pod's last change. */
    private Instant time(@Nullable String text) {
        if (text != null) {
            return Instant.parse(text);
        }
        return status.getConditions().stream()
                .map(PodCondition::getLastTransitionTime)
                .filter(Objects::nonNull)
                .map(Instant::parse)
                .max(Comparator.naturalOrder())
                .orElseGet(() -> {
                    String created = pod.getMetadata().getCreationTimestamp();
                    return created == null ? Instant.EPOCH : Instant.parse(created);
                });
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
