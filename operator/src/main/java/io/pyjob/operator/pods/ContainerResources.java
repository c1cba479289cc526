package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a container asks for and may use.
 *
 * <p>Memory: the request is the limit. Memory cannot be taken back, so a pod that lives on memory it did not ask for is
 * killed when its node runs short, and with it shuffle files and hours of work.
 *
 * <p>CPU: a request and no limit. An idle core costs nothing to lend, and throttling a JVM stops its garbage collector too.
 * The two containers of a pod halve the pod's cores, because a task is in one of them at a time: the pod asks the scheduler
 * for just the cores that the manifest names, and under load neither starves the other.
 */
final class ContainerResources {
    private ContainerResources() {}

    static ResourceRequirements of(int podCores, Quantity memory) {
        return new ResourceRequirementsBuilder()
                .withRequests(new TreeMap<>(Map.of("cpu", new Quantity(podCores * 500L + "m"), "memory", memory)))
                .withLimits(Map.of("memory", memory))
                .build();
    }
}
