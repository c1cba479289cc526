package io.pyjob.operator.local;

import io.pyjob.operator.plan.DriverReport;
import java.nio.file.Path;
import java.util.Optional;

/** Waits for what becomes of a Python environment. */
final class EnvironmentAnswer implements AgentEvent.Listener {
    private Optional<Path> python = Optional.empty();
    private Optional<String> why = Optional.empty();

    boolean isThere() {
        return python.isPresent() || why.isPresent();
    }

    Optional<Path> python() {
        return python;
    }

    /** What went wrong, if something did. */
    Optional<String> why() {
        return why;
    }

    @Override
    public void environment(String bin) {
        python = Optional.of(Path.of(bin, "python3"));
    }

    @Override
    public void environmentFailed(String reason) {
        why = Optional.of(reason);
    }

    @Override
    public void cancelled(int signal) {
        why = Optional.of("cancelled while the Python environment was made");
    }

    @Override
    public void agentGone() {
        why = Optional.of("the agent has ended");
    }

    @Override
    public void exited(String container, int code) {}

    @Override
    public void reported(DriverReport report) {}
}
