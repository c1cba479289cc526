package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A taint of nodes that does not keep a pod away, as Kubernetes has it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Toleration(
        @JsonPropertyDescription("The taint's key; all keys if there is none here.")
        @Pattern(Patterns.LABEL_KEY)
        @Size(max = 317)
        @Nullable
        String key,

        @JsonPropertyDescription("How key and value are compared: Equal, or Exists for any value.") @Nullable
        Operator operator,

        @JsonPropertyDescription("The taint's value, for Equal.")
        @Pattern(Patterns.LABEL_VALUE)
        @Size(max = 63)
        @Nullable
        String value,

        @JsonPropertyDescription("The taint's effect; all effects if there is none here.") @Nullable
        Effect effect,

        @JsonPropertyDescription(
                "How long a pod stays on a node that gets the taint, for NoExecute; for ever if there is none here.")
        @Nullable
        Long tolerationSeconds) {

    /** How a toleration's key and value are compared with a taint's. */
    public enum Operator {
        Equal,
        Exists
    }

    /** What a taint does to pods that do not tolerate it. */
    public enum Effect {
        NoSchedule,
        PreferNoSchedule,
        NoExecute
    }
}
