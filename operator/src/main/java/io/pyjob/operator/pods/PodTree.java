package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pods and parts of them as plain mappings and lists, which is how a template comes, and how two of them become one:
 *
 * <ul>
 *   <li>mappings are merged name by name;
 *   <li>lists of what has a name (or a path, or an address) are merged by that; of containers the fields are merged in turn, of
 *       all else the later entry takes the earlier one's place;
 *   <li>tolerations, topologySpreadConstraints and envFrom are added to what is there;
 *   <li>else what comes later takes the place of what was there.
 * </ul>
 */
final class PodTree {
    private static final Map<String, String> KEYS = Map.of(
            "containers", "name",
            "initContainers", "name",
            "volumes", "name",
            "env", "name",
            "imagePullSecrets", "name",
            "resourceClaims", "name",
            "schedulingGates", "name",
            "claims", "name",
            "volumeMounts", "mountPath",
            "hostAliases", "ip");
    private static final Set<String> MERGED_ENTRIES = Set.of("containers", "initContainers");
    private static final Set<String> ADDED = Set.of("tolerations", "topologySpreadConstraints", "envFrom");

    private PodTree() {}

    static Map<String, Object> of(Pod pod) {
        return mapping(Serialization.unmarshal(Serialization.asJson(pod), Map.class));
    }

    static Pod pod(Map<String, Object> tree) {
        return Serialization.unmarshal(Serialization.asJson(tree), Pod.class);
    }

    /** {@code later} on top of {@code earlier}; both stay as they are. */
    static Map<String, Object> merge(Map<String, Object> earlier, Map<String, Object> later) {
        Map<String, Object> merged = new LinkedHashMap<>(earlier);
        later.forEach((name, value) -> {
            Object before = earlier.get(name);
            if (value != null) {
                merged.put(name, before == null ? value : merge(name, before, value));
            }
        });
        return merged;
    }

    private static Object merge(String name, Object earlier, Object later) {
        if (earlier instanceof Map<?, ?> && later instanceof Map<?, ?>) {
            return merge(mapping(earlier), mapping(later));
        }
        if (earlier instanceof List<?> was && later instanceof List<?> is) {
            String key = KEYS.get(name);
            if (key != null) {
                return merge(name, key, was, is);
            }
            if (ADDED.contains(name)) {
                List<Object> all = new ArrayList<>(was);
                all.addAll(is);
                return all;
            }
        }
        return later;
    }

    private static List<Object> merge(String name, String key, List<?> earlier, List<?> later) {
        List<Object> merged = new ArrayList<>(earlier);
        for (Object entry : later) {
            int same = indexOf(merged, key, entry);
            if (same < 0) {
                merged.add(entry);
            } else {
                boolean fields = MERGED_ENTRIES.contains(name);
                merged.set(same, fields ? merge(mapping(merged.get(same)), mapping(entry)) : entry);
            }
        }
        return merged;
    }

    private static int indexOf(List<Object> entries, String key, Object entry) {
        for (int i = 0; i < entries.size(); i++) {
            if (Objects.equals(mapping(entries.get(i)).get(key), mapping(entry).get(key))) {
                return i;
            }
        }
        return -1;
    }

    /** What {@code value} holds by name; nothing if it is no mapping. */
    static Map<String, Object> mapping(@Nullable Object value) {
        Map<String, Object> mapping = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> any) {
            any.forEach((name, part) -> mapping.put(String.valueOf(name), part));
        }
        return mapping;
    }

    /** The entries of {@code parent}'s list of that name, each a mapping; none if there is no list. */
    static List<Map<String, Object>> entries(Map<String, Object> parent, String name) {
        return parent.get(name) instanceof List<?> list
                ? list.stream().map(PodTree::mapping).toList()
                : List.of();
    }
}
