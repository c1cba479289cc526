package io.pyjob.operator.plan;

import java.time.Instant;
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
        Map<PodStep, Instant> steps) {

    public ObservedPod {
        steps = Map.copyOf(steps);
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
}
