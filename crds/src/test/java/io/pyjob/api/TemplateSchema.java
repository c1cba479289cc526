package io.pyjob.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * The schema of a pod's template: open, but for what an API server has to know by name so that its rules can refuse it. Lists
 * have sizes, without which rules about what is in them would be too costly for it.
 */
final class TemplateSchema {
    private static final String OPEN = "x-kubernetes-preserve-unknown-fields";
    private static final int MOST = 50;

    private TemplateSchema() {}

    static void complete(ObjectNode template) {
        template.remove("additionalProperties");
        template.put("type", "object");
        template.remove(OPEN);
        ObjectNode properties = template.putObject("properties");
        ObjectNode metadata = object(properties, "metadata", "Labels and annotations of the pods, beside PyJob's own.");
        texts(metadata, "labels", "Labels of the pods.", 63);
        texts(metadata, "annotations", "Annotations of the pods.", 16_384);
        rule(metadata, Rules.OWN_LABELS, Rules.OWN_LABELS_MESSAGE, ".labels");
        ObjectNode spec = object(properties, "spec", "A PodSpec, which is merged into that of PyJob's pods.");
        spec.put(OPEN, true);
        TemplateRules.OF_POD.forEach((name, refused) -> {
            typed(spec, name, refused.type()).put("description", "Not taken: " + refused.reason() + '.');
            rule(spec, "!has(self." + name + ")", TemplateRules.message(refused), '.' + name);
        });
        ObjectNode container = list(
                spec,
                "containers",
                "What runs beside PyJob's own containers until these have ended; and what is added to these, jvm and python.");
        Map<String, String> refused = new TreeMap<>(TemplateRules.NOT_OF_OWN_CONTAINER);
        refused.forEach((name, type) -> {
            ObjectNode field = typed(container, name, type);
            field.put("description", "As in a Pod; not for jvm and python.");
            if (type.equals("array")) {
                field.put("maxItems", 1000);
                // Of a list whose items have no type, rules do not know that it is there.
                ObjectNode items = field.putObject("items");
                if (name.equals("ports")) {
                    items.put("type", "object").put(OPEN, true);
                } else {
                    items.put("type", "string");
                }
            } else if (type.equals("object")) {
                field.put(OPEN, true);
            }
        });
        rule(container, TemplateRules.OWN_CONTAINER, TemplateRules.OWN_CONTAINER_MESSAGE, "");
        ObjectNode init = list(spec, "initContainers", "What runs before PyJob's own containers.");
        rule(init, TemplateRules.INIT_CONTAINER, TemplateRules.INIT_CONTAINER_MESSAGE, "");
        ObjectNode volume = list(spec, "volumes", "More volumes, for the containers of the template to mount.");
        rule(volume, TemplateRules.OWN_VOLUME, TemplateRules.OWN_VOLUME_MESSAGE, "");
    }

    private static ObjectNode typed(ObjectNode parent, String name, String type) {
        return parent.withObject("/properties").putObject(name).put("type", type);
    }

    private static ObjectNode object(ObjectNode properties, String name, String description) {
        return properties.putObject(name).put("type", "object").put("description", description);
    }

    private static void texts(ObjectNode parent, String name, String description, int longest) {
        typed(parent, name, "object")
                .put("description", description)
                .put("maxProperties", MOST)
                .putObject("additionalProperties")
                .put("type", "string")
                .put("maxLength", longest);
    }

    /** A list of what has names; gives the schema of one of them. */
    private static ObjectNode list(ObjectNode parent, String name, String description) {
        ObjectNode items = typed(parent, name, "array")
                .put("description", description)
                .put("maxItems", MOST)
                .putObject("items");
        items.put("type", "object").put(OPEN, true);
        typed(items, "name", "string").put("description", "Its name.").put("maxLength", 253);
        return items;
    }

    private static void rule(ObjectNode schema, String rule, String message, String fieldPath) {
        ObjectNode added = schema.withArray("/x-kubernetes-validations")
                .addObject()
                .put("rule", rule)
                .put("message", message);
        if (!fieldPath.isEmpty()) {
            added.put("fieldPath", fieldPath);
        }
    }
}
