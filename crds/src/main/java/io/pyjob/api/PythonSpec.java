package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** The Python of the script and of its functions; the same in the driver and in every executor. */
public record PythonSpec(
        @JsonPropertyDescription(
                "Image of the Python containers: any with Python 3, it needs neither Java nor Spark. The operator's own if there is none here.")
        @Pattern(Patterns.NO_SPACES)
        @Size(max = 1024)
        String image,

        @JsonPropertyDescription(
                "Python packages that the job needs, one requirement each, as pip takes them; no options. A local run installs them; on a cluster the image must have them, which is checked before the script starts.")
        @Size(max = 500)
        List<@Pattern(Patterns.REQUIREMENT) @Size(max = 1024) String> requirements,

        @JsonPropertyDescription("Environment variables of the Python containers.") @Size(max = 500)
        List<EnvVariable> env) {
    public static final String DEFAULT_IMAGE = "pyjob-python";
    public static final PythonSpec DEFAULT = new PythonSpec(DEFAULT_IMAGE, List.of(), List.of());

    public PythonSpec {
        image = image == null ? DEFAULT_IMAGE : image;
        requirements = requirements == null ? List.of() : List.copyOf(requirements);
        env = env == null ? List.of() : List.copyOf(env);
    }
}
