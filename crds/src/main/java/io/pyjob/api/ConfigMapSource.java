package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** A text that is kept apart from the job. */
public record ConfigMapSource(
        @JsonPropertyDescription("A key of a ConfigMap in the job's namespace.") @Required
        ConfigMapKey configMap) {}
