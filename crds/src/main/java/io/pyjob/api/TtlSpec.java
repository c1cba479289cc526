package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What is deleted by itself, and when. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TtlSpec(
        @JsonPropertyDescription(
                "How long after an attempt's end its pods are deleted, and their logs with them; the PyJob and its status stay. They are kept if there is none here.")
        @Pattern(Patterns.DURATION)
        @Size(max = 7)
        @Nullable
        String pods,

        @JsonPropertyDescription(
                "How long after the job's end the PyJob itself is deleted, with all that belongs to it. It is kept if there is none here.")
        @Pattern(Patterns.DURATION)
        @Size(max = 7)
        @Nullable
        String job) {
    public static final TtlSpec NONE = new TtlSpec(null, null);
}
