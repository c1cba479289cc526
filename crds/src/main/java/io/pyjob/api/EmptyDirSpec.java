package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** A folder of a pod's own, empty at first and gone with it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EmptyDirSpec(
        @JsonPropertyDescription(
                "Memory for a folder in memory, which counts as the container's that writes to it; the node's disk if there is none here.")
        @Nullable
        Medium medium,

        @JsonPropertyDescription("How much it may hold; a pod that puts more into it is evicted.") @Nullable
        Quantity sizeLimit) {
    /** Where the folder is, if not on the node's disk. */
    public enum Medium {
        Memory
    }
}
