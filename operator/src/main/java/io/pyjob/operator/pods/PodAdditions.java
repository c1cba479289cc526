package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.pyjob.api.PodFields;
import io.pyjob.api.SecretName;
import io.pyjob.api.TemplateRules;
import io.pyjob.api.Toleration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the manifest says of a pod beside what PyJob makes it of. What would break the job is refused before this is asked
 * ({@code PodRules}).
 *
 * <p>A container that stands beside PyJob's own becomes a native sidecar: then it is there before them, and Kubernetes ends it
 * when they have ended. As a plain container it would keep the pod up for as long as it likes.
 */
final class PodAdditions {
    private static final String CONTAINERS = "containers";
    private static final String INIT_CONTAINERS = "initContainers";
    private static final String SPREAD = "topologySpreadConstraints";
    private static final String SELECTOR = "labelSelector";

    private PodAdditions() {}

    /**
     * The pod with all that is said of it.
     *
     * @param both what is said of all pods of the job
     * @param role what is said of those of its role; it wins
     */
    static Pod onto(Pod pod, @Nullable PodFields both, @Nullable PodFields role) {
        Map<String, Object> said = new LinkedHashMap<>();
        for (PodFields fields : Stream.of(both, role).filter(f -> f != null).toList()) {
            said = PodTree.merge(said, typed(fields));
            said = PodTree.merge(said, fields.template());
        }
        return said.isEmpty() ? pod : PodTree.pod(merged(PodTree.of(pod), said));
    }

    private static Map<String, Object> merged(Map<String, Object> pod, Map<String, Object> said) {
        Map<String, Object> spec = PodTree.mapping(said.get("spec"));
        List<Map<String, Object>> containers = PodTree.entries(spec, CONTAINERS);
        List<Map<String, Object>> before = PodTree.entries(spec, INIT_CONTAINERS);
        spec.remove(CONTAINERS);
        spec.remove(INIT_CONTAINERS);
        Map<String, Object> rest = new LinkedHashMap<>(said);
        rest.put("spec", spec);
        Map<String, Object> merged = PodTree.merge(pod, rest);
        Map<String, Object> ofPod = PodTree.mapping(merged.get("spec"));
        List<Map<String, Object>> init = new ArrayList<>();
        before.forEach(container -> init.add(restricted(container)));
        containers.stream()
                .filter(container -> !isOwn(container))
                .forEach(
                        container -> init.add(PodTree.merge(restricted(container), Map.of("restartPolicy", "Always"))));
        init.addAll(own(PodTree.entries(ofPod, INIT_CONTAINERS), containers));
        if (!init.isEmpty()) {
            ofPod.put(INIT_CONTAINERS, init);
        }
        ofPod.put(CONTAINERS, own(PodTree.entries(ofPod, CONTAINERS), containers));
        spread(ofPod, PodTree.mapping(PodTree.mapping(merged.get("metadata")).get("labels")));
        merged.put("spec", ofPod);
        return merged;
    }

    private static boolean isOwn(Map<String, Object> container) {
        return container.get("name") instanceof String name && TemplateRules.OWN_CONTAINERS.contains(name);
    }

    /** PyJob's own containers with what is said of them. */
    private static List<Map<String, Object>> own(List<Map<String, Object>> own, List<Map<String, Object>> said) {
        return own.stream()
                .map(container -> said.stream()
                        .filter(other -> container.get("name") instanceof String name && name.equals(other.get("name")))
                        .reduce(container, PodTree::merge))
                .toList();
    }

    /** A container of the user's own may do no more than Pod Security's "restricted" allows, unless he says so. */
    private static Map<String, Object> restricted(Map<String, Object> container) {
        Map<String, Object> security =
                Map.of("allowPrivilegeEscalation", false, "capabilities", Map.of("drop", List.of("ALL")));
        return PodTree.merge(Map.of("securityContext", security), container);
    }

    /** Pods are to be spread among their like; without a selector Kubernetes would count none. */
    private static void spread(Map<String, Object> spec, Map<String, Object> labels) {
        if (!spec.containsKey(SPREAD)) {
            return;
        }
        Map<String, Object> like = new LinkedHashMap<>(labels);
        like.keySet().retainAll(List.of(Labels.JOB, Labels.ROLE));
        List<Object> constraints = new ArrayList<>();
        for (Map<String, Object> constraint : PodTree.entries(spec, SPREAD)) {
            constraint.putIfAbsent(SELECTOR, Map.of("matchLabels", like));
            constraints.add(constraint);
        }
        spec.put(SPREAD, constraints);
    }

    /** The typed fields in the form of a template. */
    private static Map<String, Object> typed(PodFields fields) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        put(metadata, "labels", fields.labels());
        put(metadata, "annotations", fields.annotations());
        Map<String, Object> spec = new LinkedHashMap<>();
        put(spec, "nodeSelector", fields.nodeSelector());
        put(
                spec,
                "tolerations",
                fields.tolerations().stream().map(PodAdditions::toleration).toList());
        put(spec, "priorityClassName", fields.priorityClassName());
        put(spec, "runtimeClassName", fields.runtimeClassName());
        put(spec, "schedulerName", fields.schedulerName());
        put(spec, "serviceAccountName", fields.serviceAccountName());
        put(spec, "automountServiceAccountToken", fields.automountServiceAccountToken());
        put(
                spec,
                "imagePullSecrets",
                fields.imagePullSecrets().stream()
                        .map(SecretName::name)
                        .map(name -> Map.of("name", name))
                        .toList());
        Map<String, Object> template = new LinkedHashMap<>();
        put(template, "metadata", metadata);
        put(template, "spec", spec);
        return template;
    }

    private static Map<String, Object> toleration(Toleration toleration) {
        Map<String, Object> tree = new LinkedHashMap<>();
        put(tree, "key", toleration.key());
        put(
                tree,
                "operator",
                toleration.operator() == null ? null : toleration.operator().name());
        put(tree, "value", toleration.value());
        put(
                tree,
                "effect",
                toleration.effect() == null ? null : toleration.effect().name());
        put(tree, "tolerationSeconds", toleration.tolerationSeconds());
        return tree;
    }

    private static void put(Map<String, Object> tree, String name, @Nullable Object value) {
        boolean nothing = value == null
                || (value instanceof Map<?, ?> map && map.isEmpty())
                || (value instanceof List<?> list && list.isEmpty());
        if (value != null && !nothing) {
            tree.put(name, value);
        }
    }
}
