package io.pyjob.operator.plan;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One pod of a job.
 *
 * @param name its name
 * @param attempt the attempt it belongs to, from 1
 * @param executorId its executor id; empty for the driver's pod
 * @param jvm its JVM container
 * @param python its Python container
 * @param deleting whether it has been told to go
 * @param nodeSince since when it has had a node, by the cluster's clock
 * @param unscheduled why no node has been found for it yet, in the scheduler's words
 * @param loss why Kubernetes itself has ended or ends it
 * @param pythonBefore how its Python container ended last, if that has been started again or will be
 * @param steps when it came by what on its way up, as it is stated
 * @param others its containers that are not PyJob's own
 */
public record ObservedPod(
        String name,
        int attempt,
        OptionalInt executorId,
        ContainerState jvm,
        ContainerState python,
        boolean deleting,
        Optional<Instant> nodeSince,
        Optional<String> unscheduled,
        Optional<PodLoss> loss,
        Optional<ContainerState.Ended> pythonBefore,
        Map<PodStep, Instant> steps,
        List<OtherContainer> others) {

    public ObservedPod {
        steps = Map.copyOf(steps);
        others = List.copyOf(others);
    }

    /** A pod that has no containers but PyJob's own. */
    public ObservedPod(
            String name,
            int attempt,
            OptionalInt executorId,
            ContainerState jvm,
            ContainerState python,
            boolean deleting,
            Optional<Instant> nodeSince,
            Optional<String> unscheduled,
            Optional<PodLoss> loss,
            Optional<ContainerState.Ended> pythonBefore,
            Map<PodStep, Instant> steps) {
        this(
                name,
                attempt,
                executorId,
                jvm,
                python,
                deleting,
                nodeSince,
                unscheduled,
                loss,
                pythonBefore,
                steps,
                List.of());
    }

    /** A pod of which it is not known how it came up. */
    public ObservedPod(
            String name,
            int attempt,
            OptionalInt executorId,
            ContainerState jvm,
            ContainerState python,
            boolean deleting,
            Optional<Instant> nodeSince,
            Optional<String> unscheduled,
            Optional<PodLoss> loss,
            Optional<ContainerState.Ended> pythonBefore) {
        this(name, attempt, executorId, jvm, python, deleting, nodeSince, unscheduled, loss, pythonBefore, Map.of());
    }

    /** A pod that has a node, and of which nothing but its containers is to be told. */
    public ObservedPod(
            String name,
            int attempt,
            OptionalInt executorId,
            ContainerState jvm,
            ContainerState python,
            boolean deleting) {
        this(
                name,
                attempt,
                executorId,
                jvm,
                python,
                deleting,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public boolean isDriver() {
        return executorId.isEmpty();
    }

    /** Whether a container that is not PyJob's own keeps the pod up. */
    boolean isKeptUp() {
        return others.stream().anyMatch(other -> other.isPlain() && other.state() instanceof ContainerState.Running);
    }
}
