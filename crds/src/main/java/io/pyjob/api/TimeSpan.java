package io.pyjob.api;

import java.time.Duration;

/** How long something takes, as manifests say it: {@link Patterns#DURATION}. */
public final class TimeSpan {
    private TimeSpan() {}

    /** For instance of 90s, 5m or 1h. */
    public static Duration of(String text) {
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            case 'h' -> Duration.ofHours(number);
            default -> throw new IllegalArgumentException("no time such as 60s, 5m or 1h: " + text);
        };
    }
}
