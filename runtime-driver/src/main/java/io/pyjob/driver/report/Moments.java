package io.pyjob.driver.report;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * When what happened for the first time, in milliseconds since 1970. Thread-safe.
 *
 * <p>By one clock that is read once and never set: were this machine's corrected in between, what follows from something
 * could seem to be before it.
 */
public final class Moments {
    private final LongSupplier clock;
    private final Map<Moment, Long> first = new EnumMap<>(Moment.class);

    Moments(LongSupplier clock) {
        this.clock = clock;
    }

    /** By this machine's clock, as it is now. */
    public static Moments fromNow() {
        long millis = System.currentTimeMillis();
        long nanos = System.nanoTime();
        return new Moments(() -> millis + (System.nanoTime() - nanos) / 1_000_000);
    }

    /** It happens now; no matter if it has happened before. */
    public synchronized void note(Moment moment) {
        if (!first.containsKey(moment)) {
            first.put(moment, clock.getAsLong());
        }
    }

    synchronized Map<Moment, Long> soFar() {
        return Map.copyOf(first);
    }
}
