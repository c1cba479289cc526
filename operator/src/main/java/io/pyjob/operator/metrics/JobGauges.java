package io.pyjob.operator.metrics;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pyjob.api.ExecutorsStatus;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** How many jobs and executors there are, counted when somebody asks. */
final class JobGauges {
    private final Map<Phase, AtomicInteger> byPhase = new EnumMap<>(Phase.class);
    private final AtomicInteger desired = new AtomicInteger();
    private final AtomicInteger ready = new AtomicInteger();

    JobGauges(MeterRegistry registry) {
        for (Phase phase : Phase.values()) {
            AtomicInteger number = new AtomicInteger();
            byPhase.put(phase, number);
            Gauge.builder("pyjob.jobs", number::get)
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
        List<PyJobStatus> all = jobs.map(job -> job.getStatus() == null ? PyJobStatus.NEW : job.getStatus())
                .toList();
        Map<Phase, Long> phases = all.stream().collect(groupingBy(PyJobStatus::phase, counting()));
        byPhase.forEach(
                (phase, number) -> number.set(phases.getOrDefault(phase, 0L).intValue()));
        List<ExecutorsStatus> executors = all.stream()
                .filter(status -> !status.phase().isFinal())
                .map(PyJobStatus::executors)
                .toList();
        desired.set(executors.stream().mapToInt(ExecutorsStatus::desired).sum());
        ready.set(executors.stream().mapToInt(ExecutorsStatus::ready).sum());
    }
}
