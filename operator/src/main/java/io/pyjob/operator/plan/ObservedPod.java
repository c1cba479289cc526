package io.pyjob.operator.plan;

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
 */
public record ObservedPod(
        String name, int attempt, OptionalInt executorId, ContainerState jvm, ContainerState python, boolean deleting) {

    public boolean isDriver() {
        return executorId.isEmpty();
    }
}
