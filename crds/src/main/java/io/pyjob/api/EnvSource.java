package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where a variable's value comes from, if the manifest does not have it: exactly one of the three. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.ONE_ENV_SOURCE, message = Rules.ONE_ENV_SOURCE_MESSAGE)
public record EnvSource(
        @JsonPropertyDescription("A key of a Secret in the job's namespace.") @Nullable
        KeyRef secretKeyRef,

        @JsonPropertyDescription("A key of a ConfigMap in the job's namespace.") @Nullable
        KeyRef configMapKeyRef,

        @JsonPropertyDescription("A field of the container's own pod.") @Nullable
        FieldRef fieldRef) {}
