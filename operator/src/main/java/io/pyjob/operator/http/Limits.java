package io.pyjob.operator.http;

import java.time.Duration;

/**
 * What a server puts up with. Everything is bounded, since anyone who can reach the port can try.
 *
 * @param connections at once; those beyond are closed unheard
 * @param perAddress of these, from one address
 * @param bodyBytes of one request
 * @param requestTime from a connection's first byte, or from a request's head, until the request is there
 * @param idleTime between requests of one connection; clients are told a little less
 */
public record Limits(int connections, int perAddress, int bodyBytes, Duration requestTime, Duration idleTime) {
    public static final Limits DEFAULT =
            new Limits(2000, 100, 64 * 1024, Duration.ofSeconds(5), Duration.ofSeconds(40));

    Answer tooLarge() {
        return Answer.json(413, "{\"error\":\"a body has at most " + bodyBytes + " bytes\"}");
    }
}
