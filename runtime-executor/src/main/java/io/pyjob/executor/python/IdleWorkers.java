package io.pyjob.executor.python;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Workers that have served a task and wait for another of the same kind. Thread-safe; time is nanoseconds of any clock.
 *
 * @param <K> kind of worker
 * @param <W> worker
 */
final class IdleWorkers<K, W> {
    private record Parked<W>(W worker, long since) {}

    private final long timeoutNanos;
    private final int mostPerKind;
    private final Map<K, Deque<Parked<W>>> parked = new HashMap<>();

    IdleWorkers(long timeoutNanos, int mostPerKind) {
        this.timeoutNanos = timeoutNanos;
        this.mostPerKind = mostPerKind;
    }

    /** The one that was used last, because its memory is warmest and the others may then time out. */
    synchronized Optional<W> take(K kind) {
        Deque<Parked<W>> ofKind = parked.get(kind);
        if (ofKind == null) {
            return Optional.empty();
        }
        W worker = ofKind.removeLast().worker();
        if (ofKind.isEmpty()) {
            parked.remove(kind);
        }
        return Optional.of(worker);
    }

    /** Parks a worker; gives back those that have to go for it. */
    synchronized List<W> park(K kind, W worker, long now) {
        Deque<Parked<W>> ofKind = parked.computeIfAbsent(kind, unused -> new ArrayDeque<>());
        ofKind.addLast(new Parked<>(worker, now));
        List<W> evicted = new ArrayList<>();
        while (ofKind.size() > mostPerKind) {
            evicted.add(ofKind.removeFirst().worker());
        }
        return evicted;
    }

    /** Takes out those that have waited for too long. */
    synchronized List<W> expired(long now) {
        List<W> expired = new ArrayList<>();
        Iterator<Deque<Parked<W>>> kinds = parked.values().iterator();
        while (kinds.hasNext()) {
            Deque<Parked<W>> ofKind = kinds.next();
            while (!ofKind.isEmpty() && now - ofKind.getFirst().since() >= timeoutNanos) {
                expired.add(ofKind.removeFirst().worker());
            }
            if (ofKind.isEmpty()) {
                kinds.remove();
            }
        }
        return expired;
    }

    /** Takes out all. */
    synchronized List<W> drain() {
        List<W> all = new ArrayList<>();
        parked.values().forEach(ofKind -> ofKind.forEach(one -> all.add(one.worker())));
        parked.clear();
        return all;
    }
}
