package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;

/**
 * The executors of the current attempt.
 *
 * @param desired how many there should be
 * @param ready how many have registered with the driver
 * @param lastId the highest executor id ever given out: ids are never reused
 * @param failed how many ended without being asked to
 * @param failures the latest of them, of all attempts: Events are kept for an hour, this as long as the job
 * @param removed how many of the failed have no pod any more, as room was needed for later ones
 * @param removing ids of those that have ended whose pods are being removed for that reason
 */
public record ExecutorsStatus(
        @JsonPropertyDescription("How many there should be.")
        int desired,

        @JsonPropertyDescription("How many have registered with the driver.") @StatusReplicas
        int ready,

        @JsonPropertyDescription("The highest executor id ever given out: ids are never reused.")
        int lastId,

        @JsonPropertyDescription("How many ended without being asked to.")
        int failed,

        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonPropertyDescription("The latest ten that ended without being asked to, of all attempts, and how.")
        List<ExecutorFailure> failures,

        @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        @JsonPropertyDescription("How many of the failed have no pod any more, as only the latest are kept.")
        int removed,

        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonPropertyDescription("Ids of those that have ended whose pods are being removed.")
        List<Integer> removing) {
    public static final ExecutorsStatus NONE = new ExecutorsStatus(0, 0, 0, 0);

    public ExecutorsStatus {
        failures = failures == null ? List.of() : List.copyOf(failures);
        removing = removing == null ? List.of() : List.copyOf(removing);
    }

    /** Where none that failed is to be told of, and no pod is removed. */
    public ExecutorsStatus(int desired, int ready, int lastId, int failed) {
        this(desired, ready, lastId, failed, List.of(), 0, List.of());
    }

    /** The same after these failures. */
    public ExecutorsStatus with(List<ExecutorFailure> told) {
        return new ExecutorsStatus(desired, ready, lastId, failed, told, removed, removing);
    }
}
