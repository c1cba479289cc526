package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A key, and the file that it becomes. */
public record KeyPath(
        @JsonPropertyDescription("The key.") @Required @Pattern(Patterns.CONFIG_MAP_KEY) @Size(max = 253)
        String key,

        @JsonPropertyDescription("The file, below mountPath.") @Required @Pattern(Patterns.SUB_PATH) @Size(max = 253)
        String path) {}
