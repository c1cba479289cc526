package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Files that are kept apart from the job, one under each key; exactly one component is set. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.ONE_SOURCE, message = Rules.ONE_SOURCE_MESSAGE)
public record FolderSource(
        @JsonPropertyDescription("The name of a ConfigMap in the job's namespace.")
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        @Nullable
        String configMap,

        @JsonPropertyDescription("The name of a Secret in the job's namespace.")
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        @Nullable
        String secret) {}
