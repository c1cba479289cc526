package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;

/**
 * The executors of the current attempt.
 *
 * @param desired how many there should be
 * @param ready how many have registered with the driver
 * @param lastId the highest executor id ever given out: ids are never reused
 * @param failed how many ended without being asked to
 */
public record ExecutorsStatus(
        @JsonPropertyDescription("How many there should be.")
        int desired,

        @JsonPropertyDescription("How many have registered with the driver.") @StatusReplicas
        int ready,

        @JsonPropertyDescription("The highest executor id ever given out: ids are never reused.")
        int lastId,

        @JsonPropertyDescription("How many ended without being asked to.")
        int failed) {
    public static final ExecutorsStatus NONE = new ExecutorsStatus(0, 0, 0, 0);
}
