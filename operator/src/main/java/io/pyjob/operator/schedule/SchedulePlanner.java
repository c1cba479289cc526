package io.pyjob.operator.schedule;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleStatus;
import io.pyjob.api.cron.InvalidTimetable;
import io.pyjob.api.cron.Timetable;
import io.pyjob.operator.plan.JobEvent;
import io.pyjob.operator.schedule.RunStarts.Times;
import io.pyjob.operator.schedule.Trigger.Pending;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is to be done for a schedule. Level-based: it looks at what is there, so it may be asked at any time and any
 * number of times.
 *
 * <p>The caller carries out all actions, in order, and only then writes the status. If an action fails it writes nothing and
 * asks again. If a run is refused it carries out nothing more, asks again with that refusal, and writes the status of the
 * second plan.
 */
public final class SchedulePlanner {
    /** However long the next time is away: a clock that is put forward is noticed by then. */
    private static final Duration NOW_AND_THEN = Duration.ofMinutes(1);

    /** By what a timer may be early. */
    private static final Duration LITTLE = Duration.ofMillis(1);

    private SchedulePlanner() {}

    /**
     * The plan for {@code schedule}, of which these are all runs.
     *
     * @param refusal the run that the API server has refused; empty if it has taken one since
     */
    public static SchedulePlan plan(
            PyJobSchedule schedule, List<PyJob> runs, Instant now, Optional<RunRefusal> refusal) {
        PyJobScheduleStatus before = ScheduleConditions.before(schedule);
        if (schedule.getMetadata().getDeletionTimestamp() != null) {
            return new SchedulePlan(List.of(), before, Optional.empty(), List.of());
        }
        Reading reading = Reading.of(schedule);
        // While one is refused, so would be others; and it is the first to be tried again.
        Optional<RunRefusal> held = refusal.filter(r -> now.isBefore(r.retryAt()));
        RunHistory history = new RunHistory(runs);
        RunStarts starts = new RunStarts(schedule, history);
        Baseline baseline = Baseline.of(schedule, now);
        Optional<Timetable> counting =
                reading.timetable().filter(t -> !schedule.getSpec().suspend());
        Trigger last = Trigger.last(before);
        Optional<Pending> pending = last.pending(schedule).filter(p -> held.isEmpty());
        Optional<Trigger> known = pending.filter(starts::isKnown).map(last::started);
        Times times = counting.filter(t -> held.isEmpty())
                .map(t -> starts.times(t, baseline.since(), now))
                .orElse(new Times(baseline.since(), Optional.empty()));
        Trigger trigger = known.or(() -> pending.filter(p -> !starts.hasDecided())
                        .map(p -> starts.trigger(p) ? last.started(p) : last.leftOut(p)))
                .orElse(last);
        Optional<Instant> next = counting.map(t -> t.next(later(times.until(), now)));
        List<Condition> conditions = ScheduleConditions.of(schedule, reading.fault(), held, now);

        PyJobScheduleStatus after = new PyJobScheduleStatus(
                conditions,
                schedule.getMetadata().getGeneration(),
                starts.going().size(),
                starts.going(),
                times.started().map(Instant::toString).orElse(before.lastScheduleTime()),
                next.map(Instant::toString).orElse(null),
                lastSuccess(before, history),
                trigger.value(),
                trigger.run(),
                before.missedRuns() + starts.missed(),
                before.skippedRuns() + starts.skipped(),
                times.until().toString(),
                Baseline.timetable(schedule));
        List<ScheduleAction> actions = new ArrayList<>(starts.actions());
        if (!starts.hasDecided()) {
            actions.addAll(history.tooMany(schedule.getSpec()));
        }
        List<JobEvent> events = new ArrayList<>(baseline.events());
        events.addAll(starts.events());
        events.addAll(ScheduleConditions.events(before, conditions));
        Optional<Duration> recheck = starts.hasDecided() ? Optional.of(LITTLE) : recheck(now, next, held);
        return new SchedulePlan(actions, after, recheck, events);
    }

    private static Optional<Duration> recheck(Instant now, Optional<Instant> next, Optional<RunRefusal> held) {
        return Stream.concat(next.stream(), held.map(RunRefusal::retryAt).stream())
                .map(time -> Duration.between(now, time).plus(LITTLE))
                .min(Comparator.naturalOrder())
                .map(wait -> wait.compareTo(NOW_AND_THEN) < 0 ? wait : NOW_AND_THEN);
    }

    private static @Nullable String lastSuccess(PyJobScheduleStatus before, RunHistory history) {
        return Stream.concat(
                        Stream.ofNullable(before.lastSuccessfulTime()).map(Instant::parse),
                        history.lastSuccess().stream())
                .max(Comparator.naturalOrder())
                .map(Instant::toString)
                .orElse(null);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** The times of a schedule, or what is wrong with them. */
    private record Reading(Optional<Timetable> timetable, Optional<String> fault) {
        static Reading of(PyJobSchedule schedule) {
            try {
                return new Reading(
                        Optional.of(Timetable.of(
                                schedule.getSpec().schedule(),
                                schedule.getSpec().timeZone())),
                        Optional.empty());
            } catch (InvalidTimetable e) {
                return new Reading(Optional.empty(), Optional.of("spec." + e.field() + ": " + e.text()));
            }
        }
    }
}
