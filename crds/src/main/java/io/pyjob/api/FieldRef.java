package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A field of the pod, for a variable's value. */
public record FieldRef(
        @JsonPropertyDescription("Such as metadata.name, metadata.labels['team'], spec.nodeName or status.podIP.")
        @Required
        @Pattern(Patterns.POD_FIELD)
        @Size(max = 400)
        String fieldPath) {}
