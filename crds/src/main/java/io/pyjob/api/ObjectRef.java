package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A Secret or a ConfigMap, for as many variables as it has keys. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ObjectRef(
        @JsonPropertyDescription("The object's name, in the job's namespace.")
        @Required
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        String name,

        @JsonPropertyDescription("Whether the job runs without it.") @Nullable
        Boolean optional) {
    /** Whether the job runs without it. */
    public boolean isOptional() {
        return Boolean.TRUE.equals(optional);
    }
}
