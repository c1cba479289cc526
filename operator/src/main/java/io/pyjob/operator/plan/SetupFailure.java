package io.pyjob.operator.plan;

import io.pyjob.operator.plan.ContainerState.Ended;
import java.util.Optional;

/**
 * What keeps a script from its first line, though its container runs: it cannot be had, or what it needs cannot. The
 * container says so by its exit code and by how its message begins, which no script's own end has both of.
 */
final class SetupFailure {
    private static final int NO_SCRIPT = 2;
    private static final int LACKING = 78;

    private SetupFailure() {}

    /** The reason in one word; empty if it is the script that has ended. */
    static Optional<String> reason(Ended python) {
        String message = python.message();
        if (python.exitCode() == NO_SCRIPT
                && (message.startsWith("cannot download the script ") || message.startsWith("spec.script."))) {
            return Optional.of("ScriptUnavailable");
        }
        if (python.exitCode() == LACKING && message.startsWith("spec.jvm.")) {
            return Optional.of("JavaPackagesFailed");
        }
        if (python.exitCode() == LACKING && message.startsWith("spec.python.")) {
            return Optional.of("PythonPackagesFailed");
        }
        return Optional.empty();
    }
}
