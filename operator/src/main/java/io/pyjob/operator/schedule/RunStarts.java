package io.pyjob.operator.schedule;

import io.pyjob.api.ConcurrencyPolicy;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleSpec;
import io.pyjob.api.cron.Timetable;
import io.pyjob.operator.plan.JobEvent;
import io.pyjob.operator.schedule.ScheduleAction.DeleteRun;
import io.pyjob.operator.schedule.ScheduleAction.StartRun;
import io.pyjob.operator.schedule.Trigger.Pending;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The one decision of a plan: a time or a trigger starts a run, is left out, or is missed. Only one, since the status has to know
 * of a run before anything else is done about it: if it were deleted again unknown, it would be started again.
 */
final class RunStarts {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
    private static final int MOST_COUNTED = 10_000;

    private final PyJobSchedule schedule;
    private final PyJobScheduleSpec spec;
    private final RunHistory history;
    private final Set<String> going;
    private final List<ScheduleAction> actions = new ArrayList<>();
    private final List<JobEvent> events = new ArrayList<>();
    private boolean hasDecided;
    private int skipped;
    private int missed;

    RunStarts(PyJobSchedule schedule, RunHistory history) {
        this.schedule = schedule;
        this.spec = schedule.getSpec();
        this.history = history;
        going = new LinkedHashSet<>(history.going());
    }

    /**
     * What became of the times that have come.
     *
     * @param until all up to this one have been dealt with
     * @param started the time that a run was started for
     */
    record Times(Instant until, Optional<Instant> started) {}

    /** Deals with the times after {@code since}: of those that have passed, only the last may start a run. */
    Times times(Timetable timetable, Instant since, Instant now) {
        if (hasDecided) {
            return new Times(since, Optional.empty());
        }
        Map<Instant, String> there = history.times(since, now.plus(Baseline.CLOCKS_DIFFER));
        return there.isEmpty() ? due(timetable, since, now) : known(timetable, since, there);
    }

    /** A plan before this one has started them, and could not write its status. */
    private Times known(Timetable timetable, Instant since, Map<Instant, String> there) {
        hasDecided = true;
        Instant last = Collections.max(there.keySet());
        missed += Math.max(0, timetable.count(since, last, MOST_COUNTED) - there.size());
        there.forEach((time, run) -> started(run, "for " + words(timetable, time)));
        return new Times(last, Optional.of(last));
    }

    private Times due(Timetable timetable, Instant since, Instant now) {
        Optional<Instant> due = timetable.latest(since, now);
        if (due.isEmpty()) {
            return new Times(since, Optional.empty());
        }
        hasDecided = true;
        Instant time = due.get();
        String words = words(timetable, time);
        int earlier = timetable.count(since, now, MOST_COUNTED) - 1;
        if (deadline().filter(deadline -> now.isAfter(time.plus(deadline))).isPresent()) {
            missed += earlier + 1;
            events.add(JobEvent.warning(
                    "MissedDeadline",
                    "the run for " + words + " was not started: it is more than spec.startingDeadline, "
                            + spec.startingDeadline() + ", late"
                            + (earlier == 0 ? "" : "; so are " + text(earlier) + " before")));
            return new Times(time, Optional.empty());
        }
        if (earlier > 0) {
            missed += earlier;
            events.add(JobEvent.warning(
                    "MissedRuns",
                    text(earlier) + " before " + words + " passed without a run, and " + (earlier == 1 ? "is" : "are")
                            + " not made up for"));
        }
        return new Times(time, start(ScheduledRun.at(schedule, time), "for " + words) ? due : Optional.empty());
    }

    private String words(Timetable timetable, Instant time) {
        return MINUTE.format(time.atZone(timetable.zone())) + " " + spec.timeZone();
    }

    /** Whether the run of a trigger has been started, by a plan that could not write its status. */
    boolean isKnown(Pending trigger) {
        String name = trigger.run().getMetadata().getName();
        if (!history.has(name)) {
            return false;
        }
        hasDecided = true;
        started(name, by(trigger));
        return true;
    }

    /** Deals with a trigger; whether it has started its run. */
    boolean trigger(Pending trigger) {
        hasDecided = true;
        return start(trigger.run(), by(trigger));
    }

    private static String by(Pending trigger) {
        return "by trigger \"" + trigger.value() + '"';
    }

    private boolean start(PyJob run, String why) {
        String name = run.getMetadata().getName();
        Optional<String> inTheWay = going.stream().findFirst();
        if (inTheWay.isPresent() && spec.concurrencyPolicy() == ConcurrencyPolicy.Forbid) {
            skipped++;
            events.add(JobEvent.normal(
                    "Skipped",
                    "no run was started " + why + ": " + inTheWay.get()
                            + " is still going, and concurrencyPolicy is Forbid"));
            return false;
        }
        if (spec.concurrencyPolicy() == ConcurrencyPolicy.Replace) {
            replace(name);
        }
        actions.add(new StartRun(run));
        going.add(name);
        started(name, why);
        return true;
    }

    private void started(String run, String why) {
        events.add(JobEvent.normal("Started", "started run " + run + ' ' + why));
    }

    private void replace(String by) {
        for (String run : going) {
            actions.add(new DeleteRun(run, "run " + by + " replaces it"));
            events.add(JobEvent.normal("Replaced", "run " + run + " was still going and is replaced by " + by));
        }
        going.clear();
    }

    private Optional<Duration> deadline() {
        String text = spec.startingDeadline();
        return text == null ? Optional.empty() : Optional.of(Duration.parse("PT" + text.toUpperCase(Locale.ROOT)));
    }

    private static String text(int times) {
        return times == 1 ? "1 time" : times >= MOST_COUNTED - 1 ? "10,000 times or more" : times + " times";
    }

    List<ScheduleAction> actions() {
        return actions;
    }

    List<JobEvent> events() {
        return events;
    }

    /** The names of the runs that go, once all actions are done. */
    List<String> going() {
        return going.stream().sorted().toList();
    }

    /** Whether there was something to decide: the status has to be written before there is more. */
    boolean hasDecided() {
        return hasDecided;
    }

    int skipped() {
        return skipped;
    }

    int missed() {
        return missed;
    }
}
