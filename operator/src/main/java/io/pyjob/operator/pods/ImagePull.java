package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How images come to nodes, in the form that pods have it. */
final class ImagePull {
    private ImagePull() {}

    /** Null where Kubernetes is to choose: Always for the tag latest, else IfNotPresent. */
    static @Nullable String policy(PodSettings settings) {
        return settings.imagePullPolicy().isEmpty() ? null : settings.imagePullPolicy();
    }

    static List<LocalObjectReference> secrets(PodSettings settings) {
        return settings.imagePullSecrets().stream()
                .map(LocalObjectReference::new)
                .toList();
    }
}
