package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.pyjob.api.PyJob;
import io.pyjob.operator.pods.SecretObject;
import java.util.Map;
import java.util.Optional;

/**
 * What is kept in memory of each object of a job: scripts, pod specs and the history of fields would be most of it, and
 * nobody looks at them. Pure.
 */
final class Kept {
    private Kept() {}

    static Pod of(Pod pod) {
        Pod kept = new Pod();
        kept.setMetadata(metadata(pod));
        kept.getMetadata().setLabels(pod.getMetadata().getLabels());
        kept.setStatus(pod.getStatus());
        return kept;
    }

    static ConfigMap of(ConfigMap configMap) {
        ConfigMap kept = new ConfigMap();
        kept.setMetadata(metadata(configMap));
        return kept;
    }

    static Service of(Service service) {
        return new ServiceBuilder()
                .withMetadata(metadata(service))
                .withNewSpec()
                .withClusterIP(service.getSpec().getClusterIP())
                .endSpec()
                .build();
    }

    /** With the one secret that the operator itself needs. */
    static Secret of(Secret secret) {
        String token = secret.getData().get(SecretObject.REPORT_TOKEN);
        return new SecretBuilder()
                .withMetadata(metadata(secret))
                .withData(token == null ? Map.of() : Map.of(SecretObject.REPORT_TOKEN, token))
                .build();
    }

    /** Of a run, for its schedule. */
    static PyJob of(PyJob run) {
        PyJob kept = new PyJob();
        kept.setMetadata(metadata(run));
        kept.getMetadata().setAnnotations(run.getMetadata().getAnnotations());
        kept.setStatus(run.getStatus());
        return kept;
    }

    /** The UID of the PyJob that {@code object} belongs to. */
    static Optional<String> owner(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(reference -> "PyJob".equals(reference.getKind()))
                .map(OwnerReference::getUid)
                .findFirst();
    }

    private static ObjectMeta metadata(HasMetadata object) {
        ObjectMeta all = object.getMetadata();
        return new ObjectMetaBuilder()
                .withName(all.getName())
                .withNamespace(all.getNamespace())
                .withUid(all.getUid())
                .withResourceVersion(all.getResourceVersion())
                .withCreationTimestamp(all.getCreationTimestamp())
                .withDeletionTimestamp(all.getDeletionTimestamp())
                .withOwnerReferences(all.getOwnerReferences())
                .build();
    }
}
