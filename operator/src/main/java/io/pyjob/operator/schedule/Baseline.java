package io.pyjob.operator.schedule;

import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleStatus;
import io.pyjob.operator.plan.JobEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/**
 * After when times of a schedule count. Those before its creation do not, nor those that came while it was suspended or had
 * another timetable: nobody wanted a run then.
 *
 * @param since times up to this one start nothing
 * @param events what to tell of it
 */
record Baseline(Instant since, List<JobEvent> events) {
    /** By more than that a clock does not go wrong unnoticed; by less, times that have had their run must not have another. */
    static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    static Baseline of(PyJobSchedule schedule, Instant exactly) {
        PyJobScheduleStatus before = ScheduleConditions.before(schedule);
        Instant now = exactly.truncatedTo(ChronoUnit.MILLIS);
        if (before.handledUntil() == null || before.timetable() == null) {
            String created = schedule.getMetadata().getCreationTimestamp();
            return new Baseline(created == null ? now : Instant.parse(created), List.of());
        }
        boolean isResumed =
                ScheduleConditions.isSuspended(before) && !schedule.getSpec().suspend();
        boolean isOther = !before.timetable().equals(timetable(schedule));
        Instant until = Instant.parse(before.handledUntil());
        if (isResumed || isOther) {
            return new Baseline(now, List.of());
        }
        if (until.isAfter(now.plus(CLOCKS_DIFFER))) {
            return new Baseline(
                    now,
                    List.of(JobEvent.warning(
                            "ClockSetBack",
                            "the operator's clock was ahead: times until " + until
                                    + " had been dealt with, and it is " + now.truncatedTo(ChronoUnit.SECONDS)
                                    + "; from now on times count again")));
        }
        return new Baseline(until, List.of());
    }

    /** What the status remembers, to know an edit by. */
    static String timetable(PyJobSchedule schedule) {
        return Objects.requireNonNullElse(schedule.getSpec().schedule(), "") + " "
                + schedule.getSpec().timeZone();
    }
}
