package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.pyjob.api.PackageIndex;
import io.pyjob.api.PythonSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What a pod's containers are told of the Python packages that the job needs; nothing where it needs none. */
public final class PackageEnv {
    private static final Set<String> NAMES = Set.of(
            "PYJOB_PACKAGES_WAIT_S",
            "PYJOB_WHEELS",
            "PYJOB_REQUIREMENTS",
            "PYJOB_REQUIREMENTS_FOLDER",
            "PYJOB_REQUIREMENTS_FILE",
            "PYJOB_INDEX_URL",
            "PYJOB_INDEX_EXTRA",
            "PYJOB_FIND_LINKS",
            "PYJOB_NO_INDEX",
            "PYJOB_INDEX_USERNAME",
            "PYJOB_INDEX_PASSWORD");

    /** The archive of an environment that the job brings along; each container unpacks its own, wherever it runs. */
    public static final String ENVIRONMENT = "PYJOB_ENVIRONMENT";

    /** Python gives up after half an hour; the JVM hears of that, and waits for it a little longer. */
    private static final String WAIT_SECONDS = "1860";

    /** Of a Secret of type kubernetes.io/basic-auth. */
    private static final String USERNAME = "username";

    private static final String PASSWORD = "password";

    private PackageEnv() {}

    /** Whether a variable is one of these: not for containers whose packages are there by other means. */
    public static boolean isOne(String variable) {
        return NAMES.contains(variable);
    }

    /** For an executor's JVM, which takes no tasks before its workers have their packages. */
    static List<EnvVar> ofExecutorJvm(PythonSpec python) {
        return python.needsPackages()
                ? List.of(ContainerEnv.variable("PYJOB_PACKAGES_WAIT_S", WAIT_SECONDS))
                : List.of();
    }

    /** For the Python containers; those that are the path of a volume come first. */
    static List<EnvVar> ofPython(PythonSpec python) {
        if (!python.needsPackages()) {
            return List.of();
        }
        PackageIndex index = Objects.requireNonNullElse(python.index(), PackageIndex.DEFAULT);
        List<EnvVar> env = new ArrayList<>();
        if (index.claim() != null) {
            env.add(ContainerEnv.variable("PYJOB_WHEELS", Volumes.WHEELS));
        }
        if (python.requirementsFrom() != null) {
            env.add(ContainerEnv.variable("PYJOB_REQUIREMENTS_FOLDER", Volumes.REQUIREMENTS));
            env.add(ContainerEnv.variable(
                    "PYJOB_REQUIREMENTS_FILE",
                    "$(PYJOB_REQUIREMENTS_FOLDER)/"
                            + python.requirementsFrom().configMap().key()));
        }
        lines(env, "PYJOB_REQUIREMENTS", python.packages());
        lines(env, ENVIRONMENT, python.environment() == null ? List.of() : List.of(python.environment()));
        lines(env, "PYJOB_INDEX_URL", index.url() == null ? List.of() : List.of(index.url()));
        lines(env, "PYJOB_INDEX_EXTRA", index.extra());
        lines(env, "PYJOB_FIND_LINKS", index.findLinks());
        if (index.asksNoIndex()) {
            env.add(ContainerEnv.variable("PYJOB_NO_INDEX", "1"));
        }
        if (index.credentials() != null) {
            env.add(ofSecret("PYJOB_INDEX_USERNAME", index.credentials(), USERNAME));
            env.add(ofSecret("PYJOB_INDEX_PASSWORD", index.credentials(), PASSWORD));
        }
        return env;
    }

    private static void lines(List<EnvVar> env, String name, List<String> lines) {
        if (!lines.isEmpty()) {
            env.add(ContainerEnv.variable(name, VariableReferences.escape(String.join("\n", lines))));
        }
    }

    private static EnvVar ofSecret(String name, String secret, String key) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewSecretKeyRef()
                .withName(secret)
                .withKey(key)
                .endSecretKeyRef()
                .endValueFrom()
                .build();
    }
}
