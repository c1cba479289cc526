package io.pyjob.api;

import java.util.List;

/** The Python of the script and of its functions; the same in the driver and in every executor. */
public record PythonSpec(String image, List<String> requirements, List<EnvVariable> env) {
    public static final String DEFAULT_IMAGE = "pyjob-python";
    public static final PythonSpec DEFAULT = new PythonSpec(DEFAULT_IMAGE, List.of(), List.of());

    public PythonSpec {
        image = image == null ? DEFAULT_IMAGE : image;
        requirements = requirements == null ? List.of() : List.copyOf(requirements);
        env = env == null ? List.of() : List.copyOf(env);
    }
}
