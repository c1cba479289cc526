package io.pyjob.api.manifest;

import com.fasterxml.jackson.databind.JsonNode;

/** A value as a message shows it. */
final class Shown {
    private static final int MOST_CHARACTERS = 60;

    private Shown() {}

    static String of(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> quoted(value.asText());
            case OBJECT -> "a mapping";
            case ARRAY -> "a list";
            case NULL, MISSING -> "nothing";
            case BINARY, BOOLEAN, NUMBER, POJO -> cut(value.asText());
        };
    }

    static String quoted(String text) {
        return '"' + cut(text.replace("\n", "\\n").replace("\r", "\\r")) + '"';
    }

    private static String cut(String text) {
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "...";
    }
}
