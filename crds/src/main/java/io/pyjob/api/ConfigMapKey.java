package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One key of a ConfigMap in the job's namespace. */
public record ConfigMapKey(
        @JsonPropertyDescription("The ConfigMap's name.") @Required @Pattern(Patterns.DNS_SUBDOMAIN) @Size(max = 253)
        String name,

        @JsonPropertyDescription("The key under which it has the text.")
        @Required
        @Pattern(Patterns.CONFIG_MAP_KEY)
        @Size(max = 253)
        String key) {}
