package io.pyjob.executor.python;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the pool says, taken apart. Fields that nobody asks for are passed over, and one that is not there, or is of another
 * kind, is empty: an answer is only ever for a person, and never worth a failure of its own.
 *
 * <p>Jackson's streaming reader only, as in {@link PoolRequest}.
 */
record PoolJson(Map<String, @Nullable Object> fields) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int DEEPEST = 20;

    static PoolJson parse(String text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() == JsonToken.START_OBJECT && value(json, 0) instanceof PoolJson object) {
                return object;
            }
            throw new IOException("the pool's answer is no JSON object");
        }
    }

    private static @Nullable Object value(JsonParser json, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("the pool's answer is nested too deeply");
        }
        switch (json.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    fields.put(name, value(json, depth + 1));
                }
                return new PoolJson(fields);
            }
            case START_ARRAY -> {
                List<@Nullable Object> items = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(json, depth + 1));
                }
                return items;
            }
            case VALUE_STRING -> {
                return json.getText();
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                return json.getDoubleValue();
            }
            default -> {
                return null; // nothing that anybody asks for
            }
        }
    }

    Optional<String> text(String name) {
        return fields.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    OptionalLong number(String name) {
        return fields.get(name) instanceof Double number ? OptionalLong.of(number.longValue()) : OptionalLong.empty();
    }

    double real(String name) {
        return fields.get(name) instanceof Double number ? number : 0;
    }

    /** The object of that name; an empty one if there is none. */
    PoolJson object(String name) {
        return fields.get(name) instanceof PoolJson object ? object : new PoolJson(Map.of());
    }

    /** The objects in the list of that name. */
    List<PoolJson> objects(String name) {
        List<PoolJson> objects = new ArrayList<>();
        if (fields.get(name) instanceof List<?> list) {
            list.forEach(item -> {
                if (item instanceof PoolJson object) {
                    objects.add(object);
                }
            });
        }
        return objects;
    }

    /** All fields that are whole numbers. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (value instanceof Double number) {
                counts.put(name, number.longValue());
            }
        });
        return counts;
    }

    /** All fields that are texts. */
    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (value instanceof String text) {
                texts.put(name, text);
            }
        });
        return texts;
    }
}
