package io.pyjob.operator.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** All that is counted and timed, in the text form of Prometheus. docs/metrics.md has the list. */
public final class OperatorMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final JobGauges jobs = new JobGauges(registry);
    private final JobMetrics jobMetrics = new JobMetrics(registry);
    private final ScheduleMetrics schedules = new ScheduleMetrics(registry);
    private final Reconciliations reconciliations = new Reconciliations(registry);
    private final ApiRequests apiRequests = new ApiRequests(registry);

    /**
     * @param leading whether this operator leads
     */
    public OperatorMetrics(BooleanSupplier leading) {
        Gauge.builder("pyjob.leader", () -> leading.getAsBoolean() ? 1 : 0)
                .description("1 if this operator leads, 0 if it stands by")
                .register(registry);
        gc.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** What the endpoint for reports tells of its answers. */
    public void reportAnswered(int status, Duration took) {
        Timer.builder("pyjob.report.requests")
                .description("Requests to the report endpoint, by HTTP status, from head to answer")
                .tag("status", Integer.toString(status))
                .serviceLevelObjectives(Buckets.REQUEST)
                .register(registry)
                .record(took);
    }

    /** What becomes of jobs. */
    public JobMetrics jobs() {
        return jobMetrics;
    }

    /** What becomes of schedules. */
    public ScheduleMetrics schedules() {
        return schedules;
    }

    /** For JOSDK. */
    public Reconciliations reconciliations() {
        return reconciliations;
    }

    /** For the client of the API server. */
    public ApiRequests apiRequests() {
        return apiRequests;
    }

    /** All of it, as it is now, when these are all jobs and schedules that this operator knows. */
    public String scrape(Stream<PyJob> known, Stream<PyJobSchedule> knownSchedules) {
        jobs.count(known);
        schedules.count(knownSchedules);
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
