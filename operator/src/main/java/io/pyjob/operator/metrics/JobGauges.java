package io.pyjob.operator.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;

/** How many jobs and executors there are, counted when somebody asks. */
final class JobGauges {
    private final AtomicIntegerArray byPhase = new AtomicIntegerArray(Phase.values().length);
    private final AtomicInteger desired = new AtomicInteger();
    private final AtomicInteger ready = new AtomicInteger();

    JobGauges(MeterRegistry registry) {
        for (Phase phase : Phase.values()) {
            Gauge.builder("pyjob.jobs", () -> byPhase.get(phase.ordinal()))
                    .description("PyJobs that there are, by phase")
                    .tag("phase", phase.name())
                    .register(registry);
        }
        Gauge.builder("pyjob.executors.desired", desired::get)
                .description("Executors that jobs which have not ended should have")
                .register(registry);
        Gauge.builder("pyjob.executors.ready", ready::get)
                .description("Executors that have registered with the drivers of jobs which have not ended")
                .register(registry);
    }

    void count(Stream<PyJob> jobs) {
        int[] phases = new int[Phase.values().length];
        int[] executors = new int[2];
        jobs.forEach(job -> {
            PyJobStatus status = job.getStatus() == null ? PyJobStatus.NEW : job.getStatus();
            phases[status.phase().ordinal()]++;
            if (!status.phase().isFinal()) {
                executors[0] += status.executors().desired();
                executors[1] += status.executors().ready();
            }
        });
        for (int i = 0; i < phases.length; i++) {
            byPhase.set(i, phases[i]);
        }
        desired.set(executors[0]);
        ready.set(executors[1]);
    }
}
