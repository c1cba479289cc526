package io.pyjob.operator.kube;

import io.pyjob.api.PyJobSchedule;
import io.pyjob.operator.schedule.RunRefusal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The run of each schedule that the API server has refused, until it takes one. In memory only: a new operator tries again. */
final class RunRefusals {
    private static final int FIRST_WAIT_S = 5;
    private static final int MOST_DOUBLINGS = 4;

    private record Entry(RunRefusal refusal, int times) {}

    private final Map<String, Entry> byUid = new ConcurrentHashMap<>();

    Optional<RunRefusal> of(PyJobSchedule schedule) {
        return Optional.ofNullable(byUid.get(schedule.getMetadata().getUid())).map(Entry::refusal);
    }

    /** The wait doubles each time, from 5 s to 80 s. */
    void refused(PyJobSchedule schedule, ApiRefusal refusal, Instant now) {
        byUid.compute(schedule.getMetadata().getUid(), (uid, before) -> {
            int times = before == null ? 0 : before.times() + 1;
            Duration wait = Duration.ofSeconds((long) FIRST_WAIT_S << Math.min(times, MOST_DOUBLINGS));
            return new Entry(new RunRefusal(refusal.object(), refusal.text(), now.plus(wait)), times);
        });
    }

    void forget(String uid) {
        byUid.remove(uid);
    }
}
