package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** A ConfigMap of the job's namespace as a folder. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ConfigMapFolder(
        @JsonPropertyDescription("The ConfigMap's name.") @Required @Pattern(Patterns.DNS_SUBDOMAIN) @Size(max = 253)
        String name,

        @JsonPropertyDescription("Which keys become which files. Without any, all keys, each under its own name.")
        @Size(max = 100)
        List<Item> items) {

    public ConfigMapFolder {
        items = items == null ? List.of() : List.copyOf(items);
    }

    /** One file. */
    public record Item(
            @JsonPropertyDescription("The key.") @Required @Pattern(Patterns.CONFIG_MAP_KEY) @Size(max = 253)
            String key,

            @JsonPropertyDescription("The file's path in the folder; it may have folders of its own: words/count.py.")
            @Required
            @Pattern(Patterns.INNER_PATH)
            @Size(max = 512)
            String path) {}
}
