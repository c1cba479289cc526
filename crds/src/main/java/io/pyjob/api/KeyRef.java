package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One key of a Secret or a ConfigMap, for a variable's value. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record KeyRef(
        @JsonPropertyDescription("The object's name, in the job's namespace.")
        @Required
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        String name,

        @JsonPropertyDescription("The key under which it has the value.")
        @Required
        @Pattern(Patterns.CONFIG_MAP_KEY)
        @Size(max = 253)
        String key,

        @JsonPropertyDescription("Whether the variable is left out if there is no such object or key.") @Nullable
        Boolean optional) {
    /** Whether the job runs without it. */
    public boolean isOptional() {
        return Boolean.TRUE.equals(optional);
    }
}
