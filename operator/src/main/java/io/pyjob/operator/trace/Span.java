package io.pyjob.operator.trace;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of a job's way.
 *
 * @param lane where
 * @param reached what was reached with its end
 * @param from when the last thing was there that it had to wait for
 * @param to when it was reached
 * @param clock who says so
 */
record Span(Lane lane, String reached, Instant from, Instant to, Clock clock) {
    /** Whose clock told when the end of a span was. */
    enum Clock {
        OPERATOR("the operator's, or local mode's"),
        KUBERNETES("Kubernetes', to the second, or the operator's when it saw it within that second"),
        DRIVER("the driver's JVM's");

        private final String title;

        Clock(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    Duration took() {
        return Duration.between(from, to);
    }
}
