package io.pyjob.operator.plan;

import io.pyjob.api.Phase;
import java.time.Instant;
import java.util.Optional;

/**
 * How a job ended.
 *
 * @param phase a final one
 * @param reason one word for conditions
 * @param message for a person
 * @param exitCode the script's, or {@link #NOT_THE_SCRIPTS_FAULT}; empty if the job was cancelled
 * @param at when
 */
record Outcome(Phase phase, String reason, String message, Optional<Integer> exitCode, Instant at) {
    /** EX_SOFTWARE of sysexits.h: the job failed while the script had no chance to say how it ended. */
    static final int NOT_THE_SCRIPTS_FAULT = 70;

    static final String SCRIPT_FAILED = "ScriptFailed";
    static final String OUT_OF_MEMORY = "OutOfMemory";

    static Outcome succeeded(Instant at) {
        return new Outcome(Phase.Succeeded, "Succeeded", "the script ended with exit code 0", Optional.of(0), at);
    }

    static Outcome scriptFailed(String reason, int exitCode, String message, Instant at) {
        return new Outcome(Phase.Failed, reason, message, Optional.of(exitCode), at);
    }

    static Outcome failed(String reason, String message, Instant at) {
        return new Outcome(Phase.Failed, reason, message, Optional.of(NOT_THE_SCRIPTS_FAULT), at);
    }

    static Outcome cancelled(Instant at) {
        return new Outcome(Phase.Cancelled, "Deleted", "the job was deleted", Optional.empty(), at);
    }
}
