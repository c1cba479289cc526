package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A Secret in the job's namespace. */
public record SecretName(
        @JsonPropertyDescription("The Secret's name.") @Required @Pattern(Patterns.DNS_SUBDOMAIN) @Size(max = 253)
        String name) {}
