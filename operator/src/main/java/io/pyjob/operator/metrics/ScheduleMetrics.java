package io.pyjob.operator.metrics;

import io.fabric8.kubernetes.api.model.Condition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How many schedules there are and how they stand, and what became of their times. */
public final class ScheduleMetrics {
    private static final String UNSEEN = "New";

    private final Counter started;
    private final Counter skipped;
    private final Counter missed;
    private final Map<String, AtomicInteger> byState = new LinkedHashMap<>();

    ScheduleMetrics(MeterRegistry registry) {
        started = runs(registry, "started");
        skipped = runs(registry, "skipped");
        missed = runs(registry, "missed");
        for (String state : List.of("Scheduled", "Suspended", "InvalidSchedule", "RunRefused", UNSEEN)) {
            AtomicInteger number = new AtomicInteger();
            byState.put(state, number);
            Gauge.builder("pyjob.schedules", number::get)
                    .description("PyJobSchedules that there are, by the reason of their condition Ready")
                    .tag("state", state)
                    .register(registry);
        }
    }

    /** The status of a schedule was {@code before}, and is {@code after}. */
    public void changed(PyJobScheduleStatus before, PyJobScheduleStatus after) {
        started.increment(isOther(before.lastScheduleTime(), after.lastScheduleTime())
                + isOther(before.lastTriggeredRun(), after.lastTriggeredRun()));
        skipped.increment((double) (after.skippedRuns() - before.skippedRuns()));
        missed.increment((double) (after.missedRuns() - before.missedRuns()));
    }

    void count(Stream<PyJobSchedule> schedules) {
        List<String> states = schedules.map(ScheduleMetrics::state).toList();
        byState.forEach((state, number) ->
                number.set((int) states.stream().filter(state::equals).count()));
    }

    private static String state(PyJobSchedule schedule) {
        PyJobScheduleStatus status = Objects.requireNonNullElse(schedule.getStatus(), PyJobScheduleStatus.NEW);
        return status.conditions().stream()
                .filter(c -> "Ready".equals(c.getType()))
                .map(Condition::getReason)
                .findFirst()
                .orElse(UNSEEN);
    }

    private static int isOther(@Nullable String before, @Nullable String after) {
        return Objects.equals(before, after) ? 0 : 1;
    }

    private static Counter runs(MeterRegistry registry, String result) {
        return Counter.builder("pyjob.schedule.runs")
                .description("Times and triggers of schedules, by what became of them")
                .tag("result", result)
                .register(registry);
    }
}
