package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
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
        String job,

        @JsonPropertyDescription(
                "Of executors that have ended while their attempt goes on, how many pods are kept for their logs: those that failed rather than others, then the latest. What ended within the last ten minutes stays in any case. 20 if there is none here.")
        @Min(0)
        @Max(1000)
        @Nullable
        Integer executorPods) {
    private static final int DEFAULT_EXECUTOR_PODS = 20;
    public static final TtlSpec NONE = new TtlSpec(null, null);

    /** Where nothing is said of executors that have ended early. */
    public TtlSpec(@Nullable String pods, @Nullable String job) {
        this(pods, job, null);
    }

    /** How many pods are kept of executors that have ended while their attempt goes on. */
    public int keptExecutorPods() {
        return executorPods == null ? DEFAULT_EXECUTOR_PODS : executorPods;
    }
}
