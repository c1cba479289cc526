package io.pyjob.operator.plan;

import io.pyjob.api.FailureCause;
import io.pyjob.api.Phase;
import java.time.Instant;
import java.util.Optional;

/**
 * How a job ended, or one of its attempts.
 *
 * @param phase a final one
 * @param reason one word for conditions
 * @param message for a person
 * @param exitCode the script's, or {@link #NOT_THE_SCRIPTS_FAULT}; empty if the job was cancelled
 * @param at when
 * @param cause whose fault it was that it failed
 */
record Outcome(
        Phase phase,
        String reason,
        String message,
        Optional<Integer> exitCode,
        Instant at,
        Optional<FailureCause> cause) {
    /** EX_SOFTWARE of sysexits.h: the job failed while the script had no chance to say how it ended. */
    static final int NOT_THE_SCRIPTS_FAULT = 70;

    /** What timeout(1) leaves with. */
    static final int TIMED_OUT = 124;

    static final String SCRIPT_FAILED = "ScriptFailed";
    static final String OUT_OF_MEMORY = "OutOfMemory";

    /** The same, of which there is more to say. */
    Outcome with(String words) {
        return new Outcome(phase, reason, message + "\n" + words, exitCode, at, cause);
    }

    /** Whether it is a limit of time that has ended the attempt: then nothing of it ends by itself. */
    boolean isTimeout() {
        return reason.equals(Timeouts.START_TIMEOUT) || reason.equals(Timeouts.DEADLINE_EXCEEDED);
    }

    static Outcome succeeded(Instant at) {
        return new Outcome(
                Phase.Succeeded,
                "Succeeded",
                "the script ended with exit code 0",
                Optional.of(0),
                at,
                Optional.empty());
    }

    static Outcome scriptFailed(String reason, int exitCode, String message, FailureCause cause, Instant at) {
        return new Outcome(Phase.Failed, reason, message, Optional.of(exitCode), at, Optional.of(cause));
    }

    static Outcome failed(String reason, String message, FailureCause cause, Instant at) {
        return new Outcome(Phase.Failed, reason, message, Optional.of(NOT_THE_SCRIPTS_FAULT), at, Optional.of(cause));
    }

    static Outcome timedOut(String reason, String message, FailureCause cause, Instant at) {
        return new Outcome(Phase.Failed, reason, message, Optional.of(TIMED_OUT), at, Optional.of(cause));
    }

    /** Not of the job, but of the attempt that was running when the user suspended the job. */
    static Outcome suspended(Instant at) {
        return new Outcome(
                Phase.Suspended, "Suspended", "the job was suspended", Optional.empty(), at, Optional.empty());
    }

    static Outcome cancelled(Instant at) {
        return new Outcome(Phase.Cancelled, "Deleted", "the job was deleted", Optional.empty(), at, Optional.empty());
    }
}
