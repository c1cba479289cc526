package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.pyjob.api.CpuRequest;
import io.pyjob.api.DriverSpec;
import io.pyjob.api.ExecutorsSpec;
import io.pyjob.api.GpuSpec;
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
 * for just the CPU that the manifest names, and under load neither starves the other.
 */
final class ContainerResources {
    private ContainerResources() {}

    /** For a container of a driver's pod. */
    static ResourceRequirements of(DriverSpec driver, Quantity memory) {
        return half(CpuRequest.of(driver.cpu(), driver.cores()), memory);
    }

    /** For a container of an executor's pod. */
    static ResourceRequirements of(ExecutorsSpec executors, Quantity memory) {
        return half(CpuRequest.of(executors.cpu(), executors.cores()), memory);
    }

    /** For the container of an executor's workers: their code is what needs the GPUs. */
    static ResourceRequirements ofPython(ExecutorsSpec executors) {
        ResourceRequirements resources = of(executors, executors.python().memory());
        GpuSpec gpu = executors.gpu();
        return gpu == null
                ? resources
                : resources
                        .edit()
                        .addToLimits(gpu.resource(), new Quantity(Integer.toString(gpu.count())))
                        .build();
    }

    private static ResourceRequirements half(CpuRequest pod, Quantity memory) {
        return new ResourceRequirementsBuilder()
                .withRequests(new TreeMap<>(Map.of("cpu", new Quantity(pod.millis() / 2 + "m"), "memory", memory)))
                .withLimits(Map.of("memory", memory))
                .build();
    }
}
