package io.pyjob.operator.local;

import io.pyjob.operator.plan.DriverReport;

/** What happens to a run, in the order in which it is told. */
sealed interface AgentEvent {
    /** Applies this event; one method per kind, so that the compiler names every place to change. */
    void tell(Listener listener);

    /** Who is told. */
    interface Listener {
        void exited(String container, int code);

        void environment(String bin);

        void environmentFailed(String why);

        void cancelled(int signal);

        void agentGone();

        void reported(DriverReport report);
    }

    /** A container's process has ended; {@code code} is as a shell counts it, 128 + n for a signal. */
    record Exited(String container, int code) implements AgentEvent {
        @Override
        public void tell(Listener listener) {
            listener.exited(container, code);
        }
    }

    /** The Python environment is ready; {@code bin} is its folder of programs. */
    record EnvironmentReady(String bin) implements AgentEvent {
        @Override
        public void tell(Listener listener) {
            listener.environment(bin);
        }
    }

    /** The Python environment cannot be made. */
    record EnvironmentFailed(String why) implements AgentEvent {
        @Override
        public void tell(Listener listener) {
            listener.environmentFailed(why);
        }
    }

    /** The user wants the job to end. */
    record Cancelled(int signal) implements AgentEvent {
        @Override
        public void tell(Listener listener) {
            listener.cancelled(signal);
        }
    }

    /** The agent has ended without a word, and the job's processes with it. */
    record AgentGone() implements AgentEvent {
        @Override
        public void tell(Listener listener) {
            listener.agentGone();
        }
    }

    /** The driver has reported. */
    record Reported(DriverReport report) implements AgentEvent {
        @Override
        public void tell(Listener listener) {
            listener.reported(report);
        }
    }
}
