package io.pyjob.operator.schedule;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleStatus;
import io.pyjob.operator.plan.JobEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The conditions of a schedule, for kubectl describe and kubectl wait. */
final class ScheduleConditions {
    /** Whether times of the schedule start runs. */
    static final String READY = "Ready";

    static final String SUSPENDED = "Suspended";
    static final String INVALID = "InvalidSchedule";
    static final String REFUSED = "RunRefused";

    private ScheduleConditions() {}

    static PyJobScheduleStatus before(PyJobSchedule schedule) {
        return schedule.getStatus() == null ? PyJobScheduleStatus.NEW : schedule.getStatus();
    }

    static boolean isSuspended(PyJobScheduleStatus status) {
        return of(status, SUSPENDED).filter(c -> c.getStatus().equals("True")).isPresent();
    }

    /**
     * What is so now.
     *
     * @param fault what is wrong with the schedule's times; empty if nothing is
     * @param refusal the run that waits to be taken
     */
    static List<Condition> of(
            PyJobSchedule schedule, Optional<String> fault, Optional<RunRefusal> refusal, Instant now) {
        boolean isSuspended = schedule.getSpec().suspend();
        Condition suspended = isSuspended
                ? condition(SUSPENDED, "True", "SuspendedBySpec", "spec.suspend is true")
                : condition(SUSPENDED, "False", "NotSuspended", "spec.suspend is false");
        Condition ready = fault.map(text -> condition(READY, "False", INVALID, text))
                .or(() -> refusal.map(r -> condition(
                        READY,
                        "False",
                        REFUSED,
                        "run " + r.run() + " cannot be created: " + r.message().strip())))
                .or(() -> isSuspended
                        ? Optional.of(
                                condition(READY, "False", SUSPENDED, "no time starts a run: spec.suspend is true"))
                        : Optional.empty())
                .orElseGet(() -> condition(READY, "True", "Scheduled", "runs start when their time comes"));
        List<Condition> conditions = new ArrayList<>();
        for (Condition is : List.of(ready, suspended)) {
            is.setObservedGeneration(schedule.getMetadata().getGeneration());
            is.setLastTransitionTime(of(before(schedule), is.getType())
                    .filter(was -> was.getStatus().equals(is.getStatus()))
                    .map(Condition::getLastTransitionTime)
                    .orElse(now.truncatedTo(ChronoUnit.MILLIS).toString()));
            conditions.add(is);
        }
        return conditions;
    }

    /** What is worth telling of the way from one status to the next. */
    static List<JobEvent> events(PyJobScheduleStatus before, List<Condition> after) {
        List<JobEvent> events = new ArrayList<>();
        for (Condition is : after) {
            Optional<Condition> was = of(before, is.getType());
            if (was.filter(c -> c.getReason().equals(is.getReason())).isPresent()) {
                continue;
            }
            boolean isProblem = is.getReason().equals(INVALID) || is.getReason().equals(REFUSED);
            if (isProblem) {
                events.add(JobEvent.warning(is.getReason(), is.getMessage()));
            } else if (is.getType().equals(SUSPENDED) && is.getStatus().equals("True")) {
                events.add(JobEvent.normal(SUSPENDED, is.getMessage()));
            } else if (is.getType().equals(SUSPENDED) && was.isPresent()) {
                events.add(JobEvent.normal("Resumed", "times that came meanwhile are not made up for"));
            }
        }
        return events;
    }

    private static Optional<Condition> of(PyJobScheduleStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> type.equals(c.getType()))
                .findFirst();
    }

    private static Condition condition(String type, String status, String reason, String message) {
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .build();
    }
}
