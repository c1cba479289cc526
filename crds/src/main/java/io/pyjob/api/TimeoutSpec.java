package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How long a job may take. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.ORDERED_TIMEOUTS, message = Rules.ORDERED_TIMEOUTS_MESSAGE, fieldPath = ".start")
public record TimeoutSpec(
        @JsonPropertyDescription(
                "How long an attempt may take until its script runs: finding nodes and pulling images included. No limit if there is none here.")
        @Pattern(Patterns.DURATION)
        @Size(max = 7)
        @Nullable
        String start,

        @JsonPropertyDescription(
                "How long the job may take from its start to its end: all attempts, and the waits between them. Counts anew when a suspended job is resumed. No limit if there is none here.")
        @Pattern(Patterns.DURATION)
        @Size(max = 7)
        @Nullable
        String run) {
    public static final TimeoutSpec NONE = new TimeoutSpec(null, null);
}
