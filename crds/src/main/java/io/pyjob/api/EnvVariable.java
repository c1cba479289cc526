package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One environment variable of containers of one kind. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = Rules.OWN_VARIABLE, message = Rules.OWN_VARIABLE_MESSAGE, fieldPath = ".name")
@ValidationRule(value = Rules.ONE_VALUE, message = Rules.ONE_VALUE_MESSAGE)
public record EnvVariable(
        @JsonPropertyDescription("The variable's name.") @Required @Pattern(Patterns.VARIABLE) @Size(max = 253)
        String name,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @JsonPropertyDescription("Its value, taken as it is: $(NAME) is not replaced.")
        @Size(max = 131_072)
        @Nullable
        String value,

        @JsonPropertyDescription("Where its value comes from, instead of value.") @Nullable
        EnvSource valueFrom,

        @JsonPropertyDescription("Which pods' containers get it: driver, executors; both if there is none here.")
        @Size(max = 2)
        List<PodRole> pods) {
    public EnvVariable {
        pods = pods == null ? List.of() : List.copyOf(pods);
    }

    /** One for the containers of all pods, whose value the manifest has. */
    public EnvVariable(String name, String value) {
        this(name, value, null, List.of());
    }

    /** Whether containers of that pod get it. */
    public boolean isFor(PodRole pod) {
        return pods.isEmpty() || pods.contains(pod);
    }
}
