package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.pyjob.api.PyJob;
import io.pyjob.operator.plan.Refusal.Cause;
import io.pyjob.operator.pods.NeededObject;
import io.pyjob.operator.pods.NeededObject.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what a job's pods need before they are made: a pod that mounts a ConfigMap that is not there waits without a word,
 * and for up to two minutes after it is there.
 */
record Prerequisites(KubernetesClient client, PyJob job) {
    /**
     * @param pod what is not made without them
     * @throws ApiRefusal of the first that is not there
     */
    void findAll(String pod) {
        NeededObject.of(job).forEach(needed -> find(pod, needed));
    }

    private void find(String pod, NeededObject needed) {
        String title = needed.kind() + " " + needed.name();
        Set<String> keys =
                keys(needed).orElseThrow(() -> new ApiRefusal(pod, false, otherwise(needed), title + " is not there"));
        for (String key : needed.keys()) {
            if (!keys.contains(key)) {
                String there = keys.isEmpty() ? "none" : String.join(", ", keys);
                throw new ApiRefusal(pod, false, otherwise(needed), title + " has no key " + key + "; it has " + there);
            }
        }
    }

    /** Of a Secret only the names of its keys are looked at, and nothing is kept. */
    private Optional<Set<String>> keys(NeededObject needed) {
        String namespace = job.getMetadata().getNamespace();
        if (needed.kind() == Kind.Secret) {
            Secret secret = client.secrets()
                    .inNamespace(namespace)
                    .withName(needed.name())
                    .get();
            return secret == null ? Optional.empty() : Optional.of(keys(secret.getData(), Map.of()));
        }
        ConfigMap configMap = client.configMaps()
                .inNamespace(namespace)
                .withName(needed.name())
                .get();
        return configMap == null ? Optional.empty() : Optional.of(keys(configMap.getData(), configMap.getBinaryData()));
    }

    private static Set<String> keys(@Nullable Map<String, String> texts, @Nullable Map<String, String> binaries) {
        Set<String> keys = new TreeSet<>();
        Optional.ofNullable(texts).ifPresent(map -> keys.addAll(map.keySet()));
        Optional.ofNullable(binaries).ifPresent(map -> keys.addAll(map.keySet()));
        return keys;
    }

    private static Cause otherwise(NeededObject needed) {
        return switch (needed.use()) {
            case SCRIPT -> Cause.SCRIPT_NOT_FOUND;
            case REQUIREMENTS -> Cause.REQUIREMENTS_NOT_FOUND;
            case MODULES -> Cause.MODULES_NOT_FOUND;
            case HADOOP_CONF -> Cause.HADOOP_CONF_NOT_FOUND;
            case IVY_SETTINGS -> Cause.IVY_SETTINGS_NOT_FOUND;
            case VARIABLES_AND_VOLUMES ->
                needed.kind() == Kind.Secret ? Cause.SECRET_NOT_FOUND : Cause.CONFIG_MAP_NOT_FOUND;
        };
    }
}
