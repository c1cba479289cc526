package io.pyjob.operator.metrics;

import io.fabric8.kubernetes.api.model.Condition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Times jobs by what their statuses say. Kubernetes has whole seconds, so a single time may be a second off.
 */
public final class JobMetrics {
    private final MeterRegistry registry;
    private final Timer start;

    JobMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.start = Timer.builder("pyjob.job.start")
                .description("From a PyJob's creation until its script runs for the first time")
                .serviceLevelObjectives(Buckets.START)
                .register(registry);
        for (Phase phase : Phase.values()) {
            if (phase.isFinal()) {
                duration(phase);
            }
        }
        finished(Phase.Succeeded, "Succeeded");
        retries("ScriptFailed");
    }

    /** The status of {@code job} was {@code before}, and is {@code after} since {@code now}. */
    public void changed(PyJob job, PyJobStatus before, PyJobStatus after, Instant now) {
        if (before.phase() == after.phase()) {
            return;
        }
        if (after.phase() == Phase.Retrying) {
            retries(Objects.requireNonNullElse(after.reason(), "Succeeded")).increment();
        }
        if (after.phase() == Phase.Running && after.attempt() == 1) {
            record(start, job.getMetadata().getCreationTimestamp(), now);
        }
        if (after.phase().isFinal()) {
            record(duration(after.phase()), job.getMetadata().getCreationTimestamp(), now);
            finished(after.phase(), reason(after)).increment();
        }
    }

    private static void record(Timer timer, @Nullable String from, Instant to) {
        if (from != null) {
            Duration took = Duration.between(Instant.parse(from), to);
            timer.record(took.isNegative() ? Duration.ZERO : took); // clocks differ
        }
    }

    private Timer duration(Phase phase) {
        return Timer.builder("pyjob.job.duration")
                .description("From a PyJob's creation until its end, by how it ended")
                .tag("phase", phase.name())
                .serviceLevelObjectives(Buckets.JOB)
                .register(registry);
    }

    private Counter finished(Phase phase, String reason) {
        return Counter.builder("pyjob.jobs.finished")
                .description("PyJobs that have ended, by how and why")
                .tag("phase", phase.name())
                .tag("reason", reason)
                .register(registry);
    }

    private Counter retries(String reason) {
        return Counter.builder("pyjob.job.retries")
                .description("Attempts that were not a job's last, by why they ended")
                .tag("reason", reason)
                .register(registry);
    }

    private static String reason(PyJobStatus status) {
        return status.conditions().stream()
                .filter(c -> "Finished".equals(c.getType()))
                .map(Condition::getReason)
                .findFirst()
                .orElse("Unknown");
    }
}
