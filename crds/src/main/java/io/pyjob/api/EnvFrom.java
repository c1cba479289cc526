package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All keys of a Secret or of a ConfigMap as variables. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = Rules.ONE_ENV_FROM, message = Rules.ONE_ENV_FROM_MESSAGE)
@ValidationRule(value = Rules.OWN_PREFIX, message = Rules.OWN_VARIABLE_MESSAGE, fieldPath = ".prefix")
public record EnvFrom(
        @JsonPropertyDescription("What the variables' names begin with, before each key.")
        @Pattern(Patterns.VARIABLE)
        @Size(max = 100)
        @Nullable
        String prefix,

        @JsonPropertyDescription("A Secret in the job's namespace.") @Nullable
        ObjectRef secretRef,

        @JsonPropertyDescription("A ConfigMap in the job's namespace.") @Nullable
        ObjectRef configMapRef,

        @JsonPropertyDescription("Which pods' containers get them: driver, executors; both if there is none here.")
        @Size(max = 2)
        List<PodRole> pods) {
    public EnvFrom {
        pods = pods == null ? List.of() : List.copyOf(pods);
    }

    /** Whether containers of that pod get them. */
    public boolean isFor(PodRole pod) {
        return pods.isEmpty() || pods.contains(pod);
    }
}
