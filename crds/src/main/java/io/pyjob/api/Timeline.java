package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * What the current attempt of a job has come by, and when. Times are RFC 3339, in UTC; what has not happened, or is not known,
 * is not there.
 *
 * @param created when the job was created
 * @param planned when the operator first planned for it
 * @param written when all that its pods need was written
 * @param driver the driver's pod
 * @param firstExecutor of the executors that the job began with, the first to get there
 * @param lastExecutor of these, the last; not there if there was but one
 * @param spark the driver and its script
 * @param finished when the operator knew of the job's end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Timeline(
        @JsonPropertyDescription("When the job was created.") @Nullable
        String created,

        @JsonPropertyDescription("When the operator first planned for it.") @Nullable
        String planned,

        @JsonPropertyDescription("When all that its pods need was written.") @Nullable
        String written,

        @JsonPropertyDescription("The driver's pod.") @Nullable
        PodTimeline driver,

        @JsonPropertyDescription("Of the executors that the job began with, the first to get there.") @Nullable
        PodTimeline firstExecutor,

        @JsonPropertyDescription("Of these, the last; not there if there was but one.") @Nullable
        PodTimeline lastExecutor,

        @JsonPropertyDescription("The driver and its script, by the clock of the driver's JVM.") @Nullable
        SparkTimeline spark,

        @JsonPropertyDescription("When the operator knew of the job's end.") @Nullable
        String finished) {
    public static final Timeline NONE = new Timeline(null, null, null, null, null, null, null, null);

    /** Before the pods of another attempt. */
    public Timeline beforePods() {
        return new Timeline(created, planned, written, null, null, null, null, null);
    }
}
