package io.pyjob.operator.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleStatus;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.plan.JobEvent;
import io.pyjob.operator.schedule.SchedulePlan;
import io.pyjob.operator.schedule.SchedulePlanner;
import io.pyjob.operator.schedule.ScheduledRun;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the runs of each PyJobSchedule: observes, plans, carries out, writes the status. It keeps nothing of its own that the
 * cluster has. An annotation, such as a trigger, is no new generation: every change is looked at.
 */
@ControllerConfiguration(
        name = "pyjobschedule",
        generationAwareEventProcessing = false,
        informer = @Informer(informerListLimit = PyJobReconciler.PAGE))
@GradualRetry(
        maxAttempts = PyJobReconciler.FOR_EVER,
        initialInterval = 500,
        intervalMultiplier = 2,
        maxInterval = 30_000)
public final class PyJobScheduleReconciler implements Reconciler<PyJobSchedule> {
    private static final Logger LOG = LoggerFactory.getLogger(PyJobScheduleReconciler.class);

    /** The first plan may have a run refused; the second has none, or none that is. */
    private static final int PLANS = 2;

    private final KubernetesClient client;
    private final ScheduleListener listener;
    private final Clock clock;
    private final RunRefusals refusals = new RunRefusals();
    private final EventWriter events;
    private volatile @Nullable ObjectCache<PyJob, PyJobSchedule> runs;
    private volatile @Nullable IndexerResourceCache<PyJobSchedule> primaries;

    public PyJobScheduleReconciler(KubernetesClient client, ScheduleListener listener, Clock clock) {
        this.client = client;
        this.listener = listener;
        this.clock = clock;
        events = new EventWriter(client, clock);
    }

    @Override
    public List<EventSource<?, PyJobSchedule>> prepareEventSources(EventSourceContext<PyJobSchedule> context) {
        ObjectCache<PyJob, PyJobSchedule> ofSchedules = new ObjectCache<>(
                PyJob.class,
                PyJobSchedule.class,
                ScheduledRun.SCHEDULE_LABEL,
                PyJobScheduleReconciler::matters,
                context,
                Kept::of);
        runs = ofSchedules;
        primaries = context.getPrimaryCache();
        List<EventSource<?, PyJobSchedule>> sources = new ArrayList<>();
        ofSchedules.eventSources().forEach(sources::add);
        sources.add(new GoneSchedules(uid -> {
            refusals.forget(uid);
            events.forget(uid);
        }));
        return sources;
    }

    /** Not how far a run is: that changes each second. */
    private static boolean matters(PyJob after, PyJob before) {
        return status(after).phase() != status(before).phase()
                || !Objects.equals(
                        after.getMetadata().getDeletionTimestamp(),
                        before.getMetadata().getDeletionTimestamp());
    }

    private static PyJobStatus status(PyJob run) {
        return Objects.requireNonNullElse(run.getStatus(), PyJobStatus.NEW);
    }

    @Override
    public UpdateControl<PyJobSchedule> reconcile(PyJobSchedule schedule, Context<PyJobSchedule> context) {
        return writeStatus(schedule, carryOut(schedule), context);
    }

    private SchedulePlan carryOut(PyJobSchedule schedule) {
        ObjectCache<PyJob, PyJobSchedule> cache =
                Objects.requireNonNull(runs, "event sources are prepared before schedules are reconciled");
        ScheduleEffects effects = new ScheduleEffects(client, cache::written, refusals, schedule);
        for (int i = 1; ; i++) {
            Instant now = clock.instant();
            List<PyJob> owned = cache.of(schedule)
                    .filter(run -> ScheduleEffects.isOwned(run, schedule))
                    .toList();
            SchedulePlan plan = SchedulePlanner.plan(schedule, owned, now, refusals.of(schedule));
            try {
                plan.actions().forEach(action -> action.carryOut(effects));
                return plan;
            } catch (ApiRefusal refusal) {
                refusals.refused(schedule, refusal, now);
                if (i == PLANS) {
                    throw new IllegalStateException("a run was started that has just been refused", refusal);
                }
            }
        }
    }

    private UpdateControl<PyJobSchedule> writeStatus(
            PyJobSchedule schedule, SchedulePlan plan, Context<PyJobSchedule> context) {
        UpdateControl<PyJobSchedule> done = UpdateControl.noUpdate();
        plan.recheckAfter().ifPresent(done::rescheduleAfter);
        PyJobScheduleStatus before = Objects.requireNonNullElse(schedule.getStatus(), PyJobScheduleStatus.NEW);
        if (plan.status().equals(schedule.getStatus()) || schedule.getMetadata().getDeletionTimestamp() != null) {
            return done;
        }
        Optional<UpdateControl<PyJobSchedule>> instead =
                new StatusPatch(client).write(schedule, plan.status(), context);
        if (instead.isPresent()) {
            return instead.get();
        }
        plan.events().forEach(PyJobScheduleReconciler::log);
        events.write(schedule, plan.events());
        listener.statusChanged(schedule, before, plan.status());
        return done;
    }

    private static void log(JobEvent event) {
        (event.isWarning() ? LOG.atWarn() : LOG.atInfo())
                .addKeyValue("reason", event.reason())
                .log(event.message());
    }

    /** All schedules that are known of; none before the reconciler has been started. */
    public Stream<PyJobSchedule> schedules() {
        IndexerResourceCache<PyJobSchedule> cache = primaries;
        return cache == null ? Stream.empty() : cache.list();
    }
}
