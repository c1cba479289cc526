package io.pyjob.operator.http;

import java.util.Map;

/** What is sent back. */
public record Answer(int status, Map<String, String> headers, String body) {
    private static final String CONTENT_TYPE = "Content-Type";

    public Answer {
        headers = Map.copyOf(headers);
    }

    public static Answer json(int status, String body) {
        return new Answer(status, Map.of(CONTENT_TYPE, "application/json"), body);
    }

    public static Answer text(int status, String body) {
        return new Answer(status, Map.of(CONTENT_TYPE, "text/plain; charset=utf-8"), body);
    }

    /** This answer with one more header. */
    public Answer with(String header, String value) {
        Map<String, String> more = new java.util.HashMap<>(headers);
        more.put(header, value);
        return new Answer(status, more, body);
    }

    /** Whether the request was taken; after any other answer the connection is closed. */
    boolean isOk() {
        return status < 300;
    }
}
