package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator says of a schedule. Times are RFC 3339, in UTC. */
public record PyJobScheduleStatus(
        @JsonPropertyDescription("What is known about the schedule, and since when.")
        List<Condition> conditions,

        @JsonPropertyDescription("The metadata.generation that this status is about.")
        Long observedGeneration,

        @JsonPropertyDescription("How many runs are going.") Integer activeRuns,

        @JsonPropertyDescription("The names of the runs that are going.")
        List<String> active,

        @JsonPropertyDescription("The last time of the schedule for which a run was started.") @Nullable
        String lastScheduleTime,

        @JsonPropertyDescription("The next time of the schedule; not there while no time starts a run.") @Nullable
        String nextScheduleTime,

        @JsonPropertyDescription("When the last run that succeeded came to its end.") @Nullable
        String lastSuccessfulTime,

        @JsonPropertyDescription("The value of the annotation pyjob.io/trigger that was acted on last.") @Nullable
        String lastTrigger,

        @JsonPropertyDescription("The run that a trigger started last.") @Nullable
        String lastTriggeredRun,

        @JsonPropertyDescription(
                "How many times of the schedule have passed without a run because the operator was away, or the cluster did not take the run in time. Of one outage at most 10,000 are counted.")
        Long missedRuns,

        @JsonPropertyDescription(
                "How many times and triggers were left out because a run was still going and concurrencyPolicy is Forbid.")
        Long skippedRuns,

        @JsonPropertyDescription("No time up to this one starts a run any more: it has, or was left out or missed.")
        @Nullable
        String handledUntil,

        @JsonPropertyDescription("The schedule and time zone that this status is about.") @Nullable
        String timetable) {
    public static final PyJobScheduleStatus NEW =
            new PyJobScheduleStatus(List.of(), 0L, 0, List.of(), null, null, null, null, null, 0L, 0L, null, null);

    public PyJobScheduleStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        observedGeneration = observedGeneration == null ? 0L : observedGeneration;
        active = active == null ? List.of() : List.copyOf(active);
        activeRuns = activeRuns == null ? 0 : activeRuns;
        missedRuns = missedRuns == null ? 0L : missedRuns;
        skippedRuns = skippedRuns == null ? 0L : skippedRuns;
    }
}
