package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Quantity;
import io.pyjob.api.MemoryLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The command line of a JVM container. */
final class JvmCommand {
    private static final int LEAST_PROCESSORS = 2;

    /** From so much on, and with two processors, the JVM itself takes a machine for a server, and G1. */
    private static final long SERVER_BYTES = 1792L << 20;

    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC\\b");

    private JvmCommand() {}

    /**
     * @param role names the argument file in the runtime image
     * @param cores the pod's
     * @param memory the container's limit
     * @param usersOptions what the user has for {@code extraJavaOptions}, which the launcher takes from its environment
     * @param options of this JVM alone
     */
    static List<String> of(
            String role, int cores, Quantity memory, String usersOptions, List<String> options, String mainClass) {
        List<String> command = new ArrayList<>(List.of(
                "java",
                "@$(PYJOB_HOME)/" + role + ".args",
                "-Xmx" + MemoryLimit.of(memory).jvmHeapMebibytes() + "m",
                "-Djava.io.tmpdir=$(PYJOB_DIR)/tmp"));
        // A container without a CPU limit shows the JVM all processors of its node, and it would make threads for
        // garbage collection, compilation and network for all of them. What is on this line wins over the environment.
        if (!usersOptions.contains("-XX:ActiveProcessorCount=")) {
            command.add("-XX:ActiveProcessorCount=" + Math.max(LEAST_PROCESSORS, cores));
        }
        // A JVM chooses by its container's memory, but a local run's process sees all of the machine's. G1 pays off
        // with
        // large heaps; with small ones a job's start takes 3 to 5 % more CPU than with this.
        if (MemoryLimit.of(memory).bytes() < SERVER_BYTES
                && !COLLECTOR.matcher(usersOptions).find()) {
            command.add("-XX:+UseSerialGC");
        }
        options.forEach(option -> command.add(VariableReferences.escape(option)));
        command.add(mainClass);
        return List.copyOf(command);
    }
}
