package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Secret or a ConfigMap whose keys become files. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record KeyFiles(
        @JsonPropertyDescription("The object's name, in the job's namespace.")
        @Required
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        String name,

        @JsonPropertyDescription(
                "Only these keys, as these files; each key as a file of its name if there is none here.")
        @Size(max = 100)
        List<KeyPath> items,

        @JsonPropertyDescription("Whether the job runs without it; the folder is empty then.") @Nullable
        Boolean optional) {
    public KeyFiles {
        items = items == null ? List.of() : List.copyOf(items);
    }

    /** Whether the job runs without it. */
    public boolean isOptional() {
        return Boolean.TRUE.equals(optional);
    }
}
