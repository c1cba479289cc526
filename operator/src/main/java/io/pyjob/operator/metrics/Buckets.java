package io.pyjob.operator.metrics;

import java.time.Duration;
import java.util.stream.LongStream;

/** Bounds of histograms. */
final class Buckets {
    /** What takes a reconciler or an API server's answer. */
    static final Duration[] WORK = millis(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000, 60_000);

    /** What takes no more than memory. */
    static final Duration[] REQUEST = millis(1, 5, 25, 100, 500, 5000);

    /** The start of a job. */
    static final Duration[] START =
            millis(1000, 2000, 3000, 5000, 7500, 10_000, 15_000, 30_000, 60_000, 300_000, 1_800_000);

    /** Jobs from seconds to a day. */
    static final Duration[] JOB =
            millis(5000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 10_800_000, 43_200_000, 86_400_000);

    private Buckets() {}

    private static Duration[] millis(long... bounds) {
        return LongStream.of(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }
}
