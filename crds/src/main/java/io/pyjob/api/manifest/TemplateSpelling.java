package io.pyjob.api.manifest;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds names in a pod's template that are nearly those of Kubernetes. A name that is like none may be of a Kubernetes newer
 * than the one that PyJob knows: an API server says whether it is.
 */
final class TemplateSpelling {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final List<Fault> faults;

    TemplateSpelling(List<Fault> faults) {
        this.faults = faults;
    }

    void check(String path, JsonNode template) {
        walk(path, template, MAPPER.constructType(PodTemplateSpec.class));
    }

    private void walk(String path, JsonNode value, JavaType type) {
        if (value.isArray() && type.isCollectionLikeType()) {
            for (int i = 0; i < value.size(); i++) {
                walk(path + '[' + i + ']', value.get(i), type.getContentType());
            }
        } else if (value.isObject() && KubernetesResource.class.isAssignableFrom(type.getRawClass())) {
            Map<String, JavaType> known = properties(type);
            if (known.isEmpty()) {
                return; // a type that has no fields of its own, such as a quantity
            }
            value.properties().forEach(field -> {
                JavaType ofField = known.get(field.getKey());
                if (ofField != null) {
                    walk(path + '.' + field.getKey(), field.getValue(), ofField);
                } else {
                    unknown(path + '.' + field.getKey(), field.getKey(), new ArrayList<>(known.keySet()));
                }
            });
        }
    }

    private static Map<String, JavaType> properties(JavaType type) {
        BeanDescription bean = MAPPER.getDeserializationConfig().introspect(type);
        Map<String, JavaType> properties = new HashMap<>();
        for (BeanPropertyDefinition property : bean.findProperties()) {
            properties.put(property.getName(), property.getPrimaryType());
        }
        return properties;
    }

    private void unknown(String path, String name, List<String> known) {
        Spelling.nearest(name, known)
                .ifPresent(meant ->
                        faults.add(new Fault(path, "unknown field; did you mean " + Shown.quoted(meant) + '?')));
    }
}
