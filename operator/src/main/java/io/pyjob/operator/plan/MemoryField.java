package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.Quantity;
import io.pyjob.api.PyJobSpec;
import io.pyjob.operator.pods.PodContainers;

/**
 * The part of the manifest that says how much memory a container may have.
 *
 * @param reason one word for the container, for conditions
 * @param container the container, for a person
 * @param path where it is in the manifest
 * @param limit what it says
 */
record MemoryField(String reason, String container, String path, Quantity limit) {

    static MemoryField of(ObservedPod pod, String container, PyJobSpec spec) {
        boolean jvm = container.equals(PodContainers.JVM);
        if (pod.isDriver()) {
            return jvm ? ofDriverJvm(spec) : ofScript(spec);
        }
        String executor = "executor " + pod.executorId().orElseThrow();
        return jvm
                ? new MemoryField(
                        "ExecutorJvm",
                        "the JVM of " + executor,
                        "spec.executors.memory",
                        spec.executors().memory())
                : new MemoryField(
                        "ExecutorPython",
                        "the Python container of " + executor,
                        "spec.executors.python.memory",
                        spec.executors().python().memory());
    }

    static MemoryField ofScript(PyJobSpec spec) {
        return new MemoryField(
                "DriverPython",
                "the script's container",
                "spec.driver.python.memory",
                spec.driver().python().memory());
    }

    static MemoryField ofDriverJvm(PyJobSpec spec) {
        return new MemoryField(
                "DriverJvm",
                "the driver's JVM",
                "spec.driver.memory",
                spec.driver().memory());
    }

    /** What to say of a container that has reached its limit. */
    String hit() {
        return container + " ran out of memory: its limit is " + limit + "; raise " + path;
    }
}
