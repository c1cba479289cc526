package io.pyjob.operator.plan;

import io.pyjob.api.PodTimeline;
import io.pyjob.api.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long a driver's pod took to start, for a person. */
final class StartWords {
    private StartWords() {}

    /**
     * For instance: 5.0 s after the job was created (0.1 s for a node, 0.7 s for network and volumes, 4.1 s for images and
     * containers).
     */
    static Optional<String> of(@Nullable Timeline timeline) {
        if (timeline == null || timeline.driver() == null) {
            return Optional.empty();
        }
        PodTimeline driver = timeline.driver();
        String started = driver.python();
        String created = timeline.created() == null ? timeline.planned() : timeline.created();
        if (created == null || started == null) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>();
        String before = driver.created();
        if (before != null && driver.scheduled() != null) {
            parts.add(seconds(before, driver.scheduled()) + " for a node");
            before = driver.scheduled();
        }
        if (before != null && driver.prepared() != null) {
            parts.add(seconds(before, driver.prepared()) + " for network and volumes");
            before = driver.prepared();
        }
        if (before != null) {
            parts.add(seconds(before, started) + " for images and containers");
        }
        String whole = seconds(created, started) + " after the job was created";
        return Optional.of(parts.isEmpty() ? whole : whole + " (" + String.join(", ", parts) + ")");
    }

    private static String seconds(String from, String to) {
        Duration took = Duration.between(Instant.parse(from), Instant.parse(to));
        return String.format(Locale.ROOT, "%.1f s", Math.max(0, took.toMillis()) / 1000.0);
    }
}
