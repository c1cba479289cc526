package io.pyjob.operator.plan;

import io.pyjob.operator.plan.ContainerState.Ended;

/** How a container ended, for a person. */
final class PodEnd {
    private PodEnd() {}

    /** For instance: the JVM of executor 2 ran out of memory: its limit is 1Gi; raise spec.executors.memory. */
    static String of(ObservedPod pod, String container, Ended ended, Situation s) {
        if (ended.isOutOfMemory()) {
            return MemoryField.of(pod, container, s.spec()).hit();
        }
        String code = "it ended last with " + new ExitCode(ended.exitCode());
        return ended.message().isBlank() ? code : code + ": " + ended.message().strip();
    }
}
