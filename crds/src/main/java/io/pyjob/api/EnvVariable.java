package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One environment variable of the Python containers. */
@ValidationRule(value = Rules.OWN_VARIABLE, message = Rules.OWN_VARIABLE_MESSAGE, fieldPath = ".name")
public record EnvVariable(
        @JsonPropertyDescription("The variable's name.") @Required @Pattern(Patterns.VARIABLE) @Size(max = 253)
        String name,

        @JsonPropertyDescription("Its value, taken as it is: $(NAME) is not replaced.") @Required @Size(max = 131_072)
        String value) {}
