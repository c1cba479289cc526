package io.pyjob.driver.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.OptionalInt;

/**
 * What the operator says to a report.
 *
 * @param target how many executors the user wants; empty if that is Spark's to decide
 */
record Answer(OptionalInt target) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads it; fields that it does not know are passed over. */
    static Answer parse(byte[] body) throws IOException {
        OptionalInt target = OptionalInt.empty();
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the answer to a report is no JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("target") && value == JsonToken.VALUE_NUMBER_INT) {
                    target = OptionalInt.of(Math.max(0, json.getIntValue()));
                } else {
                    json.skipChildren();
                }
            }
        }
        return new Answer(target);
    }
}
