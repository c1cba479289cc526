package io.pyjob.e2e.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The README's table of values: names and defaults are those of values.yaml, descriptions those of its schema. */
final class ValuesTable {
    private ValuesTable() {}

    static String of(JsonNode values, JsonNode schema) {
        List<String> rows = new ArrayList<>(List.of("| value | default | meaning |", "|---|---|---|"));
        rows("", values, schema, rows);
        return String.join("\n", rows) + "\n";
    }

    private static void rows(String prefix, JsonNode values, JsonNode objectSchema, List<String> rows) {
        for (Map.Entry<String, JsonNode> field : values.properties()) {
            String name = prefix + field.getKey();
            JsonNode described = objectSchema.path("properties").path(field.getKey());
            if (described.isMissingNode()) {
                throw new AssertionError("values.yaml has " + name + ", values.schema.json has not");
            }
            if (isOneValue(described)) {
                rows.add("| `" + name + "` | `" + field.getValue() + "` | " + description(name, described) + " |");
            } else {
                rows(name + ".", field.getValue(), described, rows);
            }
        }
    }

    /** An object whose parts are Kubernetes' own, such as resources, is one value. */
    static boolean isOneValue(JsonNode described) {
        return !described.has("properties")
                || described.at("/properties/requests").isObject();
    }

    private static String description(String name, JsonNode described) {
        String text = described.path("description").asText();
        if (text.isEmpty()) {
            throw new AssertionError("values.schema.json does not describe " + name);
        }
        return text.replace("|", "\\|");
    }
}
