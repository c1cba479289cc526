package io.pyjob.operator.kube;

import io.pyjob.api.PyJob;
import io.pyjob.operator.plan.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What the API server has refused of each job, until it is taken. In memory only: a new operator simply tries again. */
final class Refusals {
    /** Of one job: of what it cannot do without, and of executors. */
    private record Key(String uid, boolean isExecutor) {}

    private final Map<Key, Refusal> refusals = new ConcurrentHashMap<>();

    List<Refusal> of(PyJob job) {
        return Stream.of(true, false)
                .map(isExecutor -> refusals.get(key(job, isExecutor)))
                .flatMap(Stream::ofNullable)
                .toList();
    }

    void refused(PyJob job, ApiRefusal refusal, Instant now) {
        refusals.merge(
                key(job, refusal.isExecutor()),
                new Refusal(refusal.object(), refusal.isExecutor(), refusal.refusalCause(), refusal.text(), now, 1),
                (before, next) -> new Refusal(
                        next.object(), next.isExecutor(), next.cause(), next.message(), next.at(), before.times() + 1));
    }

    void taken(PyJob job, boolean isExecutor) {
        refusals.remove(key(job, isExecutor));
    }

    void forget(String uid) {
        refusals.remove(new Key(uid, true));
        refusals.remove(new Key(uid, false));
    }

    private static Key key(PyJob job, boolean isExecutor) {
        return new Key(job.getMetadata().getUid(), isExecutor);
    }
}
