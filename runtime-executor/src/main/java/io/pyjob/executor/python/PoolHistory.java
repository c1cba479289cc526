package io.pyjob.executor.python;

import io.pyjob.executor.pod.PythonNews;
import io.pyjob.executor.python.PoolStats.Last;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Adds up what the pools of a pod have said, one after the other: each counts from zero. Thread-safe.
 */
final class PoolHistory {
    /** How a pool's own end is called among those of workers. */
    private static final String RESTART = "restart";

    private final Map<String, Long> endedBefore = new TreeMap<>();
    private long forkedBefore;
    private long waitedBefore;
    private double waitedSecondsBefore;
    private Optional<PoolStats> current = Optional.empty();
    private Optional<Last> last = Optional.empty();

    /** What the pool says now. */
    synchronized void add(PoolStats stats) {
        boolean another = current.isEmpty() || !current.get().pool().equals(stats.pool());
        if (another) {
            current.ifPresent(this::close);
            stats.before().ifPresent(message -> last = Optional.of(new Last(RESTART, message)));
        }
        if (stats.last().isPresent()) {
            last = stats.last();
        }
        current = Optional.of(stats);
    }

    private void close(PoolStats ofThePoolBefore) {
        ofThePoolBefore.ended().forEach((cause, count) -> endedBefore.merge(cause, count, Long::sum));
        forkedBefore += ofThePoolBefore.forked();
        waitedBefore += ofThePoolBefore.waited();
        waitedSecondsBefore += ofThePoolBefore.waitedSeconds();
    }

    /** A worker has ended together with its pool, which can count it no more. */
    synchronized void endedWithItsPool(String message) {
        endedBefore.merge("killed", 1L, Long::sum);
        last = Optional.of(new Last("killed", message));
    }

    synchronized Optional<PoolStats> current() {
        return current;
    }

    /** Workers that have ended, by cause, of all pools. */
    synchronized Map<String, Long> ended() {
        Map<String, Long> ended = new TreeMap<>(endedBefore);
        current.ifPresent(stats -> stats.ended().forEach((cause, count) -> ended.merge(cause, count, Long::sum)));
        return ended;
    }

    synchronized long forked() {
        return forkedBefore + current.map(PoolStats::forked).orElse(0L);
    }

    synchronized long waited() {
        return waitedBefore + current.map(PoolStats::waited).orElse(0L);
    }

    synchronized double waitedSeconds() {
        return waitedSecondsBefore + current.map(PoolStats::waitedSeconds).orElse(0.0);
    }

    synchronized long restarts() {
        return Math.max(0, current.map(PoolStats::starts).orElse(1L) - 1);
    }

    synchronized PythonNews news() {
        Map<String, Long> failures = new TreeMap<>(ended());
        failures.entrySet().removeIf(end -> end.getValue() == 0 || !Obituary.FAILURES.contains(end.getKey()));
        return new PythonNews(
                failures,
                restarts(),
                last.map(Last::cause).orElse(null),
                last.map(Last::message).orElse(null),
                current.map(PoolStats::preloadFailed).orElse(Map.of()));
    }
}
