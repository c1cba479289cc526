package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * How the driver and its script came up, by the clock of the driver's JVM. Times are RFC 3339, in UTC; what has not happened
 * is not there.
 *
 * @param jvm when the driver's JVM had booted
 * @param gateway when a script could reach it
 * @param script when the script did
 * @param session when the script's first SparkContext was there
 * @param executor when the first executor had registered
 * @param executors when as many executors as Spark wanted had registered
 * @param task when the first task was handed out
 * @param pythonTask when the first task got its Python worker
 * @param scriptEnd when the script ended
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SparkTimeline(
        @JsonPropertyDescription("When the driver's JVM had booted.") @Nullable
        String jvm,

        @JsonPropertyDescription("When a script could reach it.") @Nullable
        String gateway,

        @JsonPropertyDescription("When the script did.") @Nullable
        String script,

        @JsonPropertyDescription("When the script's first SparkContext was there.") @Nullable
        String session,

        @JsonPropertyDescription("When the first executor had registered.") @Nullable
        String executor,

        @JsonPropertyDescription("When as many executors as Spark wanted had registered.") @Nullable
        String executors,

        @JsonPropertyDescription("When the first task was handed out.") @Nullable
        String task,

        @JsonPropertyDescription("When the first task got its Python worker.") @Nullable
        String pythonTask,

        @JsonPropertyDescription("When the script ended.") @Nullable
        String scriptEnd) {
    public static final SparkTimeline NONE = new SparkTimeline(null, null, null, null, null, null, null, null, null);
}
