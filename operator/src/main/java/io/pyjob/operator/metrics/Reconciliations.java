package io.pyjob.operator.metrics;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pyjob.operator.logs.ApiFailure;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Told by JOSDK of each piece of work: times it, and says in one line why it failed. */
public final class Reconciliations implements Metrics {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciliations.class);

    private final Timer succeeded;
    private final Timer failed;
    private final Counter retries;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<Work, Long> running = new ConcurrentHashMap<>();

    /** A job and a schedule may have one name. */
    private record Work(String kind, ResourceID id) {
        static Work on(HasMetadata resource) {
            return new Work(resource.getKind(), ResourceID.fromResource(resource));
        }
    }

    Reconciliations(MeterRegistry registry) {
        succeeded = timer(registry, "success");
        failed = timer(registry, "error");
        retries = Counter.builder("pyjob.reconcile.retries")
                .description("Reconciliations begun again because the one before failed")
                .register(registry);
        Gauge.builder("pyjob.reconcile.waiting", waiting::get)
                .description("Jobs that wait for a thread")
                .register(registry);
        Gauge.builder("pyjob.reconcile.running", running::size)
                .description("Jobs that are being worked on")
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, String result) {
        return Timer.builder("pyjob.reconcile")
                .description("Work on one job, by result")
                .tag("result", result)
                .serviceLevelObjectives(Buckets.WORK)
                .register(registry);
    }

    /** For how long the longest one that has not ended has been running. */
    public Optional<Duration> longest() {
        long now = System.nanoTime();
        return running.values().stream()
                .map(since -> Duration.ofNanos(now - since))
                .max(Duration::compareTo);
    }

    @Override
    public void reconcileCustomResource(HasMetadata resource, @Nullable RetryInfo retry, Map<String, Object> metadata) {
        waiting.incrementAndGet();
        if (retry != null && retry.getAttemptCount() > 0) {
            retries.increment();
        }
    }

    @Override
    public void reconciliationExecutionStarted(HasMetadata resource, Map<String, Object> metadata) {
        waiting.decrementAndGet();
        running.put(Work.on(resource), System.nanoTime());
    }

    @Override
    public void reconciliationExecutionFinished(HasMetadata resource, Map<String, Object> metadata) {
        running.remove(Work.on(resource));
    }

    @Override
    public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
        long start = System.nanoTime();
        Timer result = failed;
        try {
            T done = execution.execute();
            result = succeeded;
            return done;
        } catch (
                Exception e) { // whatever it was: it is told here, since JOSDK's own telling is turned off, and goes on
            tell(e);
            throw e;
        } finally {
            result.record(Duration.ofNanos(System.nanoTime() - start));
        }
    }

    /** The API server's refusals are news in one line; anything else is a defect, and its stack trace is wanted. */
    private static void tell(Exception e) {
        if (!(e instanceof KubernetesClientException refused)) {
            LOG.error("the job cannot be worked on; it is tried again", e);
        } else if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
            LOG.debug("somebody else has changed an object: {}; it is tried again", e.getMessage());
        } else {
            LOG.warn("the API server did not do what the job needs; it is tried again: {}", ApiFailure.reason(refused));
        }
    }
}
