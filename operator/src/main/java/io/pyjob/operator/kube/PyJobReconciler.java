package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import io.pyjob.api.ExecutorsSpec;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import io.pyjob.operator.plan.Action;
import io.pyjob.operator.plan.DriverReport;
import io.pyjob.operator.plan.Observed;
import io.pyjob.operator.plan.Plan;
import io.pyjob.operator.plan.Planner;
import io.pyjob.operator.plan.Refusal.Cause;
import io.pyjob.operator.pods.FreshSecrets;
import io.pyjob.operator.pods.SecretObject;
import io.pyjob.operator.report.JobKey;
import io.pyjob.operator.report.ReportedJobs;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings each PyJob a step forward: observes, plans, carries out, writes the status. It keeps nothing of its own that the
 * cluster has.
 */
@ControllerConfiguration(name = "pyjob", informer = @Informer(informerListLimit = PyJobReconciler.PAGE))
@GradualRetry(
        maxAttempts = PyJobReconciler.FOR_EVER,
        initialInterval = 500,
        intervalMultiplier = 2,
        maxInterval = 30_000)
public final class PyJobReconciler implements Reconciler<PyJob> {
    static final int FOR_EVER = -1;
    static final long PAGE = 500;

    /** The first plan writes the Service, the second has its address; more mean that something deletes what is written. */
    private static final int PLANS = 4;

    /** How often an error of the API server is asked away before the job's status tells of it. */
    private static final int RETRIES_UNTOLD = 5;

    private static final Duration NOW_AND_THEN = Duration.ofMinutes(1);

    private final KubernetesClient client;
    private final KubeSettings settings;
    private final JobListener listener;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Refusals refusals = new Refusals();
    private final Timelines timelines = new Timelines();
    private final EventWriter events;
    private final Reports reports;
    private volatile @Nullable JobObjects objects;
    private volatile @Nullable IndexerResourceCache<PyJob> primaries;

    public PyJobReconciler(KubernetesClient client, KubeSettings settings, JobListener listener, Clock clock) {
        this.client = client;
        this.settings = settings;
        this.listener = listener;
        this.clock = clock;
        events = new EventWriter(client, clock);
        reports = new Reports(clock, uid -> {
            refusals.forget(uid);
            timelines.forget(uid);
            events.forget(uid);
        });
    }

    /** Tells JOSDK what this reconciler relies on. */
    public static void configure(ConfigurationServiceOverrider josdk) {
        josdk
                // An event about an earlier version must not hide what has been written since.
                .withParseResourceVersions(true)
                // Jobs are not changed here, only read.
                .withResourceCloner(new Cloner() {
                    @Override
                    public <R extends HasMetadata> R clone(R object) {
                        return object;
                    }
                });
    }

    @Override
    public List<EventSource<?, PyJob>> prepareEventSources(EventSourceContext<PyJob> context) {
        JobObjects ofJobs = new JobObjects(context);
        objects = ofJobs;
        primaries = context.getPrimaryCache();
        List<EventSource<?, PyJob>> sources = new ArrayList<>(ofJobs.eventSources());
        sources.add(reports);
        return sources;
    }

    @Override
    public UpdateControl<PyJob> reconcile(PyJob job, Context<PyJob> context) {
        Plan plan = carryOut(job, context);
        return writeStatus(job, plan, context);
    }

    /** Plans and carries out until nothing more follows at once; the last plan has the status. */
    private Plan carryOut(PyJob job, Context<PyJob> context) {
        ApiEffects effects = effects(job, context);
        // One time for all plans: what is refused in one of them must not be due again in the next.
        Instant now = clock.instant();
        for (int i = 1; ; i++) {
            Observed seen = observe(job);
            Plan plan =
                    Planner.plan(job, seen, clock.instant(), fresh(), settings.pods(), settings.unschedulableTimeout());
            timelines.planned(job, plan.status());
            boolean isRefused = false;
            try {
                plan.actions().forEach(action -> action.carryOut(effects));
                effects.finish();
            } catch (ApiRefusal refusal) {
                refusals.refused(job, refusal, now);
                isRefused = true;
            }
            boolean addressIsNew = seen.driverAddress().isEmpty()
                    && plan.actions().stream().anyMatch(Action.CreateObject.class::isInstance);
            if (!isRefused && !addressIsNew) {
                return plan;
            }
            if (i == PLANS) {
                throw new IllegalStateException("the objects of job " + title(job) + " do not stay: planned " + i
                        + " times, and something is still missing");
            }
        }
    }

    private Observed observe(PyJob job) {
        return prepared().observe(job, reports.of(job), refusals.of(job), timelines.of(job));
    }

    private ApiEffects effects(PyJob job, Context<PyJob> context) {
        boolean isServerErrorRefusal =
                context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0) >= RETRIES_UNTOLD
                        || refusals.of(job).stream().anyMatch(r -> r.cause() == Cause.SERVER_ERROR);
        return new ApiEffects(
                client, prepared(), refusals, context.getWorkflowExecutorService(), job, isServerErrorRefusal);
    }

    private JobObjects prepared() {
        return Objects.requireNonNull(objects, "event sources are prepared before jobs are reconciled");
    }

    private static String title(PyJob job) {
        return job.getMetadata().getNamespace() + "/" + job.getMetadata().getName();
    }

    private UpdateControl<PyJob> writeStatus(PyJob job, Plan plan, Context<PyJob> context) {
        UpdateControl<PyJob> done = UpdateControl.noUpdate();
        recheckAfter(plan).ifPresent(done::rescheduleAfter);
        PyJobStatus before = Objects.requireNonNullElse(job.getStatus(), PyJobStatus.NEW);
        if (job.getStatus() != null && plan.status().isSameButForTimes(job.getStatus())) {
            return done;
        }
        Optional<UpdateControl<PyJob>> instead = new StatusPatch(client).write(job, plan.status(), context);
        if (instead.isPresent()) {
            return instead.get();
        }
        events.write(job, plan.events());
        listener.statusChanged(job, before, plan.status());
        return done;
    }

    /** A job that goes on is looked at now and then in any case: whatever is missed is not missed for ever. */
    private static Optional<Duration> recheckAfter(Plan plan) {
        return plan.recheckAfter()
                .or(() -> plan.status().phase().isFinal() ? Optional.empty() : Optional.of(NOW_AND_THEN));
    }

    /** The jobs as drivers' reports need them. */
    public ReportedJobs reportedJobs() {
        return new ReportedJobs() {
            @Override
            public Optional<ReportedJob> find(JobKey key) {
                return job(key).flatMap(job -> token(job).map(token -> new ReportedJob(token, target(job))));
            }

            @Override
            public void reported(JobKey key, DriverReport report) {
                job(key).ifPresent(job -> reports.reported(job, report));
            }
        };
    }

    /** All jobs that are known of; none before the reconciler has been started. */
    public Stream<PyJob> jobs() {
        IndexerResourceCache<PyJob> cache = primaries;
        return cache == null ? Stream.empty() : cache.list();
    }

    private Optional<PyJob> job(JobKey key) {
        IndexerResourceCache<PyJob> cache = primaries;
        return cache == null ? Optional.empty() : cache.get(new ResourceID(key.name(), key.namespace()));
    }

    private Optional<String> token(PyJob job) {
        JobObjects ofJobs = objects;
        return ofJobs == null
                ? Optional.empty()
                : ofJobs.secret(job)
                        .map(Secret::getData)
                        .flatMap(data -> Optional.ofNullable(data.get(SecretObject.REPORT_TOKEN)))
                        .map(base64 -> new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
    }

    private static OptionalInt target(PyJob job) {
        ExecutorsSpec executors = job.getSpec().executors();
        return executors.min() == null && executors.max() == null
                ? OptionalInt.of(executors.instances())
                : OptionalInt.empty();
    }

    private FreshSecrets fresh() {
        return new FreshSecrets(secret(), secret());
    }

    private String secret() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
