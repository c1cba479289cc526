package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** When to run a job, and what job. Parts that JSON leaves out take their defaults here. */
@ValidationRule(value = Rules.CRON, message = Rules.CRON_MESSAGE, fieldPath = ".schedule")
public record PyJobScheduleSpec(
        @JsonPropertyDescription(
                "When to start a run, as crontab has it: minute, hour, day of the month, month and day of the week, such as '30 2 * * MON-FRI'; or @hourly, @daily, @weekly, @monthly, @yearly.")
        @Size(max = 500)
        @Required
        String schedule,

        @JsonPropertyDescription("The time zone of the schedule, such as Europe/Berlin.")
        @Default("UTC")
        @Pattern(Patterns.TIME_ZONE)
        @Size(max = 64)
        String timeZone,

        @JsonPropertyDescription(
                "What to do when a time comes while a run is still going: Forbid leaves the time out, Allow starts another run beside it, Replace deletes the run that goes and starts another.")
        @Default("Forbid")
        ConcurrencyPolicy concurrencyPolicy,

        @JsonPropertyDescription(
                "How late a run may start, such as 15m, if the operator was away or the cluster would not take it. Without it the last time that was missed is made up for however late it is. Times before that one never are.")
        @Pattern(Patterns.DURATION)
        @Nullable
        String startingDeadline,

        @JsonPropertyDescription(
                "Whether no time starts a run any more. A trigger still does; runs that go are left alone.")
        @Default("false")
        Boolean suspend,

        @JsonPropertyDescription("How many runs that succeeded are kept, with their pods and logs.")
        @Default("3")
        @Min(0)
        @Max(1000)
        Integer successfulRunsHistoryLimit,

        @JsonPropertyDescription("How many runs that failed are kept, with their pods and logs.")
        @Default("1")
        @Min(0)
        @Max(1000)
        Integer failedRunsHistoryLimit,

        @JsonPropertyDescription("The PyJob that each run is made from.") @Required
        RunTemplate template) {
    private static final int SUCCESSFUL_RUNS = 3;
    private static final int FAILED_RUNS = 1;

    public PyJobScheduleSpec {
        timeZone = timeZone == null ? "UTC" : timeZone;
        concurrencyPolicy = concurrencyPolicy == null ? ConcurrencyPolicy.Forbid : concurrencyPolicy;
        suspend = suspend == null ? Boolean.FALSE : suspend;
        successfulRunsHistoryLimit = successfulRunsHistoryLimit == null ? SUCCESSFUL_RUNS : successfulRunsHistoryLimit;
        failedRunsHistoryLimit = failedRunsHistoryLimit == null ? FAILED_RUNS : failedRunsHistoryLimit;
    }
}
