package io.pyjob.operator.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A pod's fields, for variables that name them. */
final class LocalFields {
    private static final String THIS_MACHINE = "127.0.0.1";

    private LocalFields() {}

    /** The value of a field; empty for a label or an annotation that is not there, as in a cluster. */
    static String of(Pod pod, String podIp, String path) {
        ObjectMeta metadata = pod.getMetadata();
        return switch (path) {
            case "metadata.name" -> text(metadata.getName());
            case "metadata.namespace" -> text(metadata.getNamespace());
            case "metadata.uid" ->
                UUID.nameUUIDFromBytes((text(metadata.getName()) + '/' + podIp).getBytes(UTF_8))
                        .toString();
            case "spec.nodeName" -> "localhost";
            case "spec.serviceAccountName" ->
                Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), "default");
            case "status.hostIP", "status.hostIPs" -> THIS_MACHINE;
            case "status.podIP", "status.podIPs" -> podIp;
            default ->
                path.startsWith("metadata.labels")
                        ? named(metadata.getLabels(), path)
                        : named(metadata.getAnnotations(), path);
        };
    }

    private static String named(@Nullable Map<String, String> values, String path) {
        String name = path.substring(path.indexOf('\'') + 1, path.lastIndexOf('\''));
        return values == null ? "" : values.getOrDefault(name, "");
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
