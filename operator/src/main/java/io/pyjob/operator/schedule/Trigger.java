package io.pyjob.operator.schedule;

import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What triggers have come to.
 *
 * @param value the one that was acted on last
 * @param run the run that was started last by one
 */
record Trigger(@Nullable String value, @Nullable String run) {

    static Trigger last(PyJobScheduleStatus status) {
        return new Trigger(status.lastTrigger(), status.lastTriggeredRun());
    }

    /** A value that is to be acted on, and its run. */
    record Pending(String value, PyJob run) {}

    Optional<Pending> pending(PyJobSchedule schedule) {
        String wanted = schedule.getMetadata().getAnnotations() == null
                ? null
                : schedule.getMetadata().getAnnotations().get(ScheduledRun.TRIGGER_ANNOTATION);
        return wanted == null || wanted.isEmpty() || wanted.equals(value)
                ? Optional.empty()
                : Optional.of(new Pending(wanted, ScheduledRun.triggeredBy(schedule, wanted, this)));
    }

    Trigger started(Pending pending) {
        return new Trigger(pending.value(), pending.run().getMetadata().getName());
    }

    Trigger leftOut(Pending pending) {
        return new Trigger(pending.value(), run);
    }
}
