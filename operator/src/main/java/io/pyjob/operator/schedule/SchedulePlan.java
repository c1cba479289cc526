package io.pyjob.operator.schedule;

import io.pyjob.api.PyJobScheduleStatus;
import io.pyjob.operator.plan.JobEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The answer of the planner.
 *
 * @param actions to carry out, in this order
 * @param status what the schedule's status is, once they are
 * @param recheckAfter when to plan again though nothing may have happened
 * @param events what to tell people of it, once the status is written
 */
public record SchedulePlan(
        List<ScheduleAction> actions,
        PyJobScheduleStatus status,
        Optional<Duration> recheckAfter,
        List<JobEvent> events) {
    public SchedulePlan {
        actions = List.copyOf(actions);
        events = List.copyOf(events);
    }
}
