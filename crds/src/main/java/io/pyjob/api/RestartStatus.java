package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * How much of the retries is used up.
 *
 * @param failures how often in a row an attempt was begun because the script had failed
 * @param losses how often in a row because the cluster had ended the driver
 * @param refusals how often in a row a node has refused the driver before anything of it ran
 * @param nextAttemptTime when the next attempt begins, while the job waits for it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestartStatus(
        @JsonPropertyDescription("Retries in a row after failures of the job's own.")
        int failures,

        @JsonPropertyDescription("Retries in a row after the cluster had ended the driver.")
        int losses,

        @JsonPropertyDescription("Drivers in a row that a node has refused before anything of them ran.")
        int refusals,

        @JsonPropertyDescription("When the next attempt begins, while the job waits for it.") @Nullable
        String nextAttemptTime) {
    public static final RestartStatus NONE = new RestartStatus(0, 0, 0, null);

    /** The same, of a job that does not wait. */
    public RestartStatus withoutWait() {
        return new RestartStatus(failures, losses, refusals, null);
    }
}
