package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Python modules that are kept apart from the job. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModuleSource(
        @JsonPropertyDescription("The ConfigMap that has them.") @Required
        ConfigMapFolder configMap,

        @JsonPropertyDescription(
                "The package that they become, such as report or team/report: import report.words. Without it they are modules by themselves: import words.")
        @Pattern(Patterns.PACKAGE_FOLDER)
        @Size(max = 253)
        @Nullable
        String folder) {}
