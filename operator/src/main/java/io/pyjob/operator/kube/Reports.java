package io.pyjob.operator.kube;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.pyjob.api.Progress;
import io.pyjob.api.PyJob;
import io.pyjob.operator.plan.DriverReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the driver of each job said last, in memory only: each report is the whole state, and a driver says it again every
 * five seconds. A job is planned for anew when its report changes; for mere progress at most once a second.
 */
final class Reports extends SimpleInboundEventSource<PyJob> implements ResourceEventAware<PyJob> {
    private static final Duration PROGRESS = Duration.ofSeconds(1);

    private final Clock clock;
    private final Consumer<String> gone;
    private final Map<String, Entry> byUid = new ConcurrentHashMap<>();

    /** A report, and when its job is or was told of last, which may be soon. */
    private record Entry(DriverReport report, Instant told) {}

    /** {@code gone} is told the UID of each job that is no more. */
    Reports(Clock clock, Consumer<String> gone) {
        super("reports");
        this.clock = clock;
        this.gone = gone;
    }

    Optional<DriverReport> of(PyJob job) {
        return Optional.ofNullable(byUid.get(job.getMetadata().getUid())).map(Entry::report);
    }

    void reported(PyJob job, DriverReport report) {
        Instant now = clock.instant();
        @Nullable Entry[] before = new Entry[1];
        Entry after = byUid.compute(job.getMetadata().getUid(), (uid, entry) -> {
            before[0] = entry;
            return new Entry(report, told(entry, report, now));
        });
        if (before[0] != null && before[0].told().equals(after.told())) {
            return; // nothing new, or somebody is about to look
        }
        tell(ResourceID.fromResource(job), Duration.between(now, after.told()));
    }

    private static Instant told(@Nullable Entry before, DriverReport report, Instant now) {
        if (before == null) {
            return now;
        }
        if (before.report().equals(report)) {
            return before.told();
        }
        if (!isProgressOnly(before.report(), report)) {
            return now;
        }
        Instant next = before.told().plus(PROGRESS);
        return before.told().isAfter(now) ? before.told() : next.isAfter(now) ? next : now;
    }

    private static boolean isProgressOnly(DriverReport before, DriverReport after) {
        return withoutProgress(before).equals(withoutProgress(after));
    }

    private static DriverReport withoutProgress(DriverReport r) {
        return new DriverReport(
                r.attempt(), r.state(), r.wanted(), r.registered(), r.lastExecutorId(), r.killed(), Progress.NONE);
    }

    private void tell(ResourceID job, Duration wait) {
        if (wait.isZero() || wait.isNegative()) {
            propagateEvent(job);
        } else {
            CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> propagateEvent(job));
        }
    }

    @Override
    public void onResourceDeleted(PyJob job) {
        byUid.remove(job.getMetadata().getUid());
        gone.accept(job.getMetadata().getUid());
    }
}
