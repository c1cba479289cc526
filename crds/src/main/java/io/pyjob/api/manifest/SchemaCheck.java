package io.pyjob.api.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pyjob.api.Patterns;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Walks a structural schema, as CustomResourceDefinitions have them, over a value. Collects faults, goes on after each. */
final class SchemaCheck {
    /** How people who know other tools write sizes: 2g, 512MB, 1Gib. */
    private static final Pattern LOOSE_SIZE = Pattern.compile("([0-9]+) ?([kmgtp])(i?b?)", Pattern.CASE_INSENSITIVE);

    private final List<Fault> faults;

    SchemaCheck(List<Fault> faults) {
        this.faults = faults;
    }

    void check(String path, JsonNode value, JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            intOrString(path, value, schema);
            return;
        }
        switch (schema.path("type").asText()) {
            case "object" -> object(path, value, schema);
            case "array" -> array(path, value, schema);
            case "integer" -> integer(path, value, schema);
            case "boolean" -> bool(path, value);
            case "string" -> string(path, value, schema);
            default -> {} // the schema leaves it open
        }
    }

    private void object(String path, JsonNode value, JsonNode schema) {
        if (!(value instanceof ObjectNode)) {
            fault(path, "must be a mapping (name: value), not " + Shown.of(value));
            return;
        }
        JsonNode properties = schema.path("properties");
        JsonNode additional = schema.path("additionalProperties");
        boolean open = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        for (JsonNode required : schema.path("required")) {
            if (!value.has(required.asText())) {
                fault(child(path, required.asText()), "is required");
            }
        }
        if (schema.has("maxProperties")
                && value.size() > schema.get("maxProperties").asInt()) {
            fault(path, "must have at most " + schema.get("maxProperties").asInt() + " entries, not " + value.size());
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            String name = field.getKey();
            if (properties.has(name)) {
                check(child(path, name), field.getValue(), properties.get(name));
            } else if (additional.isObject()) {
                key(path, name, schema.path("propertyNames").path("pattern").asText());
                check(path + '[' + name + ']', field.getValue(), additional);
            } else if (!open) {
                fault(child(path, name), unknown(name, properties));
            }
        }
    }

    private void key(String path, String name, String pattern) {
        if (!pattern.isEmpty() && !matches(pattern, name)) {
            fault(path + '[' + name + ']', "the key must be " + Patterns.words(pattern));
        }
    }

    private static String unknown(String name, JsonNode properties) {
        List<String> known = new ArrayList<>();
        properties.fieldNames().forEachRemaining(known::add);
        return "unknown field"
                + Spelling.nearest(name, known)
                        .map(meant -> "; did you mean " + Shown.quoted(meant) + '?')
                        .orElse("; known here are " + String.join(", ", known));
    }

    private void array(String path, JsonNode value, JsonNode schema) {
        if (!value.isArray()) {
            fault(path, "must be a list, not " + Shown.of(value));
            return;
        }
        if (schema.has("maxItems") && value.size() > schema.get("maxItems").asInt()) {
            fault(path, "must have at most " + schema.get("maxItems").asInt() + " entries, not " + value.size());
        }
        for (int i = 0; i < value.size(); i++) {
            check(path + '[' + i + ']', value.get(i), schema.path("items"));
        }
        for (JsonNode key : schema.path("x-kubernetes-list-map-keys")) {
            unique(path, value, key.asText());
        }
    }

    private void unique(String path, JsonNode list, String key) {
        Set<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode value = list.get(i).path(key);
            if (value.isTextual() && !seen.add(value)) {
                fault(child(path + '[' + i + ']', key), Shown.of(value) + " is there twice");
            }
        }
    }

    private void integer(String path, JsonNode value, JsonNode schema) {
        String least =
                schema.has("minimum") ? " of at least " + schema.get("minimum").asText() : "";
        if (!value.isIntegralNumber()) {
            fault(path, "must be a whole number" + least + ", not " + Shown.of(value));
            return;
        }
        BigDecimal number = value.decimalValue();
        if (schema.has("minimum") && number.compareTo(schema.get("minimum").decimalValue()) < 0) {
            fault(path, "must be a whole number" + least + ", not " + Shown.of(value));
        }
        if (schema.has("maximum") && number.compareTo(schema.get("maximum").decimalValue()) > 0) {
            fault(path, "must be at most " + schema.get("maximum").asText() + ", not " + Shown.of(value));
        }
    }

    private void bool(String path, JsonNode value) {
        if (!value.isBoolean()) {
            fault(path, "must be true or false, not " + Shown.of(value));
        }
    }

    private void intOrString(String path, JsonNode value, JsonNode schema) {
        if (value.isTextual()) {
            pattern(path, value.asText(), schema);
        } else if (!value.isIntegralNumber()) {
            fault(path, "must be " + Patterns.words(schema.path("pattern").asText()) + ", not " + Shown.of(value));
        }
    }

    private void string(String path, JsonNode value, JsonNode schema) {
        if (!value.isTextual()) {
            String quotes = value.isValueNode() && !value.isNull()
                    ? ": write it in quotes, " + Shown.quoted(value.asText())
                    : ", not " + Shown.of(value);
            fault(path, "must be text" + quotes);
            return;
        }
        String text = value.asText();
        int length = text.codePointCount(0, text.length());
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            fault(path, "must be " + alternatives(schema.get("enum")) + ", not " + Shown.of(value));
        } else if (schema.has("maxLength") && length > schema.get("maxLength").asInt()) {
            fault(path, "must have at most " + schema.get("maxLength").asInt() + " characters, not " + length);
        } else if (schema.has("minLength") && length < schema.get("minLength").asInt()) {
            fault(path, "must not be empty");
        } else {
            pattern(path, text, schema);
        }
    }

    private void pattern(String path, String text, JsonNode schema) {
        String pattern = schema.path("pattern").asText();
        if (pattern.isEmpty() || matches(pattern, text)) {
            return;
        }
        String not = text.isEmpty() ? "; it is empty" : ", not " + Shown.quoted(text);
        fault(path, "must be " + Patterns.words(pattern) + not + meant(pattern, text));
    }

    /** Java's {@code $}, unlike an API server's, is also before a last line's end. */
    private static boolean matches(String pattern, String text) {
        String whole = pattern.endsWith("$") ? pattern.substring(0, pattern.length() - 1) + "\\z" : pattern;
        return Pattern.compile(whole).matcher(text).find();
    }

    private static String meant(String pattern, String text) {
        Matcher size = LOOSE_SIZE.matcher(text);
        if (!pattern.equals(Patterns.SIZE) || !size.matches()) {
            return "";
        }
        return "; did you mean " + size.group(1) + size.group(2).toUpperCase(Locale.ROOT) + "i?";
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        for (JsonNode each : list) {
            if (each.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static String alternatives(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asText()));
        return String.join(" or ", texts);
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + '.' + name;
    }

    private void fault(String path, String message) {
        faults.add(new Fault(path, message));
    }
}
