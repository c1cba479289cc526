package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
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
import io.pyjob.operator.pods.FreshSecrets;
import io.pyjob.operator.pods.SecretObject;
import io.pyjob.operator.report.JobKey;
import io.pyjob.operator.report.ReportedJobs;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
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
    private static final int PLANS = 3;

    /** After somebody else has changed the job, which its informer is about to tell. */
    private static final Duration CONFLICT = Duration.ofMillis(200);

    private final KubernetesClient client;
    private final KubeSettings settings;
    private final JobListener listener;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Reports reports = new Reports();
    private volatile @Nullable JobObjects objects;
    private volatile @Nullable IndexerResourceCache<PyJob> primaries;

    public PyJobReconciler(KubernetesClient client, KubeSettings settings, JobListener listener, Clock clock) {
        this.client = client;
        this.settings = settings;
        this.listener = listener;
        this.clock = clock;
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
        Plan plan = carryOut(job);
        return writeStatus(job, plan, context);
    }

    private Plan carryOut(PyJob job) {
        JobObjects ofJobs = Objects.requireNonNull(objects, "event sources are prepared before jobs are reconciled");
        ApiEffects effects = new ApiEffects(client, ofJobs, job);
        for (int i = 1; ; i++) {
            Observed seen = ofJobs.observe(job, reports.of(job));
            Plan plan = Planner.plan(job, seen, clock.instant(), fresh(), settings.pods());
            plan.actions().forEach(action -> action.carryOut(effects));
            boolean addressIsNew = seen.driverAddress().isEmpty()
                    && plan.actions().stream().anyMatch(Action.CreateObject.class::isInstance);
            if (!addressIsNew || i == PLANS) {
                return plan;
            }
        }
    }

    private UpdateControl<PyJob> writeStatus(PyJob job, Plan plan, Context<PyJob> context) {
        UpdateControl<PyJob> done = UpdateControl.noUpdate();
        plan.recheckAfter().ifPresent(done::rescheduleAfter);
        PyJobStatus before = Objects.requireNonNullElse(job.getStatus(), PyJobStatus.NEW);
        if (plan.status().equals(job.getStatus())) {
            return done;
        }
        try {
            PyJob written = new StatusPatch(client).write(job, plan.status());
            context.eventSourceRetriever()
                    .getControllerEventSource()
                    .handleRecentResourceUpdate(ResourceID.fromResource(job), written, job);
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return done.rescheduleAfter(CONFLICT);
            }
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return UpdateControl.noUpdate();
            }
            throw e;
        }
        listener.statusChanged(job, before, plan.status());
        return done;
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
