package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * How a pod came up; of several pods, the first or the last to get there. Times are RFC 3339, in UTC; what has not happened,
 * or is not known, is not there.
 *
 * @param created when the operator wrote it
 * @param scheduled when the scheduler gave it a node
 * @param prepared when its network and volumes were there: from here on images are pulled
 * @param jvm when its JVM's container started
 * @param python when its Python container started
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PodTimeline(
        @JsonPropertyDescription("When the operator wrote it.") @Nullable
        String created,

        @JsonPropertyDescription("When the scheduler gave it a node.") @Nullable
        String scheduled,

        @JsonPropertyDescription("When its network and volumes were there: from here on images are pulled.") @Nullable
        String prepared,

        @JsonPropertyDescription("When its JVM's container started.") @Nullable
        String jvm,

        @JsonPropertyDescription("When its Python container started.") @Nullable
        String python) {
    public static final PodTimeline NONE = new PodTimeline(null, null, null, null, null);
}
