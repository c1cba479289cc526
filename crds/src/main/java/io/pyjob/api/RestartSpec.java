package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** When the script is run again, in a new attempt with pods of its own. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.USED_RETRIES, message = Rules.USED_RETRIES_MESSAGE, fieldPath = ".retries")
@ValidationRule(value = Rules.ORDERED_BACKOFF, message = Rules.ORDERED_BACKOFF_MESSAGE, fieldPath = ".maxBackoff")
public record RestartSpec(
        @JsonPropertyDescription(
                "When the script is run again: Never, OnFailure (when it has failed), Always (when it has succeeded, too: for services and streams). A script must be safe to run twice for any but Never.")
        @Default("Never")
        RestartPolicy policy,

        @JsonPropertyDescription(
                "How often in a row the script is run again after a failure of its own. If there is none here: 3 with OnFailure, without end with Always.")
        @Min(0)
        @Max(10_000)
        @Nullable
        Integer retries,

        @JsonPropertyDescription(
                "How often in a row the script is run again after its driver was lost with the cluster's doing: evicted, preempted, deleted, its node gone. If there is none here: never with Never, 5 with OnFailure, without end with Always. A driver of which nothing has run is always created again.")
        @Min(0)
        @Max(10_000)
        @Nullable
        Integer infrastructureRetries,

        @JsonPropertyDescription(
                "How long to wait before the first retry; before each that follows in a row twice as long. 10s if there is none here.")
        @Pattern(Patterns.DURATION)
        @Size(max = 7)
        @Nullable
        String backoff,

        @JsonPropertyDescription("The longest wait before a retry. 5m if there is none here.")
        @Pattern(Patterns.DURATION)
        @Size(max = 7)
        @Nullable
        String maxBackoff,

        @JsonPropertyDescription(
                "When the script had run for so long before it failed, that failure is the first in a row.")
        @Default("10m")
        @Pattern(Patterns.DURATION)
        @Size(max = 7)
        String resetAfter) {
    private static final String DEFAULT_RESET_AFTER = "10m";
    public static final RestartSpec DEFAULT =
            new RestartSpec(RestartPolicy.Never, null, null, null, null, DEFAULT_RESET_AFTER);

    public RestartSpec {
        policy = policy == null ? RestartPolicy.Never : policy;
        resetAfter = resetAfter == null ? DEFAULT_RESET_AFTER : resetAfter;
    }
}
