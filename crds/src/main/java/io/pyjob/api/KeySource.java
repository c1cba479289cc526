package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A text that is kept apart from the job; exactly one component is set. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.ONE_SOURCE, message = Rules.ONE_SOURCE_MESSAGE)
public record KeySource(
        @JsonPropertyDescription("A key of a ConfigMap in the job's namespace.") @Nullable
        ConfigMapKey configMap,

        @JsonPropertyDescription("A key of a Secret in the job's namespace.") @Nullable
        ConfigMapKey secret) {

    /** The key under which either has the text. */
    public String key() {
        return Objects.requireNonNull(configMap == null ? secret : configMap).key();
    }
}
