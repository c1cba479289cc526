package io.pyjob.operator.plan;

import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The answer of the planner.
 *
 * @param actions to carry out, in this order
 * @param status what the job's status is now
 * @param recheckAfter when to plan again though nothing may have happened
 * @param events what to tell people of it, once the status is written
 */
public record Plan(List<Action> actions, PyJobStatus status, Optional<Duration> recheckAfter, List<JobEvent> events) {
    public Plan {
        actions = List.copyOf(actions);
        events = List.copyOf(events);
    }
}
