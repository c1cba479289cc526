package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * How a Python worker, or a whole pool of them, ended that should not have.
 *
 * @param executor the executor's id, or driver
 * @param cause one word
 * @param message for people
 */
public record LastPythonEnd(
        @JsonPropertyDescription("The executor's id, or driver.")
        String executor,

        @JsonPropertyDescription("The cause, one of those that ended counts by; restart for a whole pool.")
        String cause,

        @JsonPropertyDescription("Which function and which worker, what it took and may take, and what to change.")
        String message) {
    public LastPythonEnd {
        executor = executor == null ? "" : executor;
        cause = cause == null ? "" : cause;
        message = message == null ? "" : message;
    }
}
