package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * The columns of kubectl get that no single field has.
 *
 * @param executors ready and desired executors, for instance 2/4
 * @param tasks done and known tasks, for instance 37/100
 * @param duration from start to end, once the job has ended
 */
public record StatusSummary(
        @JsonPropertyDescription("Ready and desired executors, for instance 2/4.")
        String executors,

        @JsonPropertyDescription("Done and known tasks, for instance 37/100.")
        String tasks,

        @JsonPropertyDescription("From start to end, once the job has ended, for instance 1m12s.") @Nullable
        String duration) {
    public static final StatusSummary NONE = new StatusSummary("0/0", "0/0", null);
}
