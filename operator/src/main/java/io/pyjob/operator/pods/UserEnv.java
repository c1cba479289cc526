package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.EnvVarSourceBuilder;
import io.pyjob.api.EnvFrom;
import io.pyjob.api.EnvSource;
import io.pyjob.api.EnvVariable;
import io.pyjob.api.KeyRef;
import io.pyjob.api.ObjectRef;
import io.pyjob.api.PodRole;
import java.util.List;
import java.util.Objects;

/** The manifest's own variables, as a pod has them. */
final class UserEnv {
    private UserEnv() {}

    /** Those of {@code variables} that the containers of that pod get. */
    static List<EnvVar> of(List<EnvVariable> variables, PodRole pod) {
        return variables.stream()
                .filter(variable -> variable.isFor(pod))
                .map(UserEnv::variable)
                .toList();
    }

    /** Whole Secrets and ConfigMaps; of a name that is also a variable's own, the variable wins. */
    static List<EnvFromSource> from(List<EnvFrom> sources, PodRole pod) {
        return sources.stream()
                .filter(source -> source.isFor(pod))
                .map(UserEnv::source)
                .toList();
    }

    private static EnvVar variable(EnvVariable variable) {
        EnvVarBuilder env = new EnvVarBuilder().withName(variable.name());
        return variable.valueFrom() == null
                ? env.withValue(VariableReferences.escape(Objects.requireNonNullElse(variable.value(), "")))
                        .build()
                : env.withValueFrom(valueFrom(variable.valueFrom())).build();
    }

    private static EnvVarSource valueFrom(EnvSource source) {
        EnvVarSourceBuilder from = new EnvVarSourceBuilder();
        KeyRef secret = source.secretKeyRef();
        KeyRef configMap = source.configMapKeyRef();
        if (secret != null) {
            from.withNewSecretKeyRef(secret.key(), secret.name(), secret.optional());
        }
        if (configMap != null) {
            from.withNewConfigMapKeyRef(configMap.key(), configMap.name(), configMap.optional());
        }
        if (source.fieldRef() != null) {
            from.withNewFieldRef().withFieldPath(source.fieldRef().fieldPath()).endFieldRef();
        }
        return from.build();
    }

    private static EnvFromSource source(EnvFrom from) {
        EnvFromSourceBuilder source = new EnvFromSourceBuilder().withPrefix(from.prefix());
        ObjectRef secret = from.secretRef();
        ObjectRef configMap = from.configMapRef();
        if (secret != null) {
            source.withNewSecretRef(secret.name(), secret.optional());
        }
        if (configMap != null) {
            source.withNewConfigMapRef(configMap.name(), configMap.optional());
        }
        return source.build();
    }
}
