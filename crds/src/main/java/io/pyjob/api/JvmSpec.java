package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The JVM containers: Spark's driver and executors. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = Rules.JVM_VARIABLES, message = Rules.JVM_VARIABLES_MESSAGE, fieldPath = ".env")
public record JvmSpec(
        @JsonPropertyDescription(
                "Environment variables of the JVM containers, which the Python containers do not get: for what Spark reads and writes with.")
        @Size(max = 100)
        List<EnvVariable> env,

        @JsonPropertyDescription("All keys of Secrets and ConfigMaps as variables of the JVM containers.")
        @Size(max = 50)
        List<EnvFrom> envFrom) {
    public static final JvmSpec DEFAULT = new JvmSpec(List.of(), List.of());

    public JvmSpec {
        env = env == null ? List.of() : List.copyOf(env);
        envFrom = envFrom == null ? List.of() : List.copyOf(envFrom);
    }
}
