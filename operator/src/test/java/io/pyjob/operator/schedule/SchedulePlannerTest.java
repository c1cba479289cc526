package io.pyjob.operator.schedule;

import static io.pyjob.operator.schedule.Schedules.CREATED;
import static io.pyjob.operator.schedule.Schedules.condition;
import static io.pyjob.operator.schedule.Schedules.reasons;
import static io.pyjob.operator.schedule.Schedules.run;
import static io.pyjob.operator.schedule.Schedules.schedule;
import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleSpec;
import io.pyjob.operator.schedule.ScheduleAction.DeleteRun;
import io.pyjob.operator.schedule.ScheduleAction.StartRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SchedulePlannerTest {
    private static final Instant ELEVEN = Instant.parse("2026-03-01T11:00:00Z");
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    /** The runs that are there. */
    private final List<PyJob> runs = new ArrayList<>();

    private Optional<RunRefusal> refusal = Optional.empty();

    /** Plans, carries out, and writes the status. */
    private SchedulePlan step(PyJobSchedule schedule, Instant now) {
        SchedulePlan plan = SchedulePlanner.plan(schedule, List.copyOf(runs), now, refusal);
        plan.actions()
                .forEach(action -> action.carryOut(new ScheduleAction.Effects() {
                    @Override
                    public void start(PyJob run) {
                        assertThat(runs)
                                .extracting(r -> r.getMetadata().getName())
                                .doesNotContain(run.getMetadata().getName());
                        runs.add(run);
                    }

                    @Override
                    public void delete(String run, String reason) {
                        assertThat(runs.removeIf(r -> r.getMetadata().getName().equals(run)))
                                .isTrue();
                    }
                }));
        schedule.setStatus(plan.status());
        return plan;
    }

    private void end(String name, Phase phase, Instant at) {
        runs.replaceAll(r -> r.getMetadata().getName().equals(name) ? run(r, phase, at) : r);
    }

    private static List<String> started(SchedulePlan plan) {
        return plan.actions().stream()
                .filter(StartRun.class::isInstance)
                .map(action -> ((StartRun) action).run().getMetadata().getName())
                .toList();
    }

    private static List<String> deleted(SchedulePlan plan) {
        return plan.actions().stream()
                .filter(DeleteRun.class::isInstance)
                .map(action -> ((DeleteRun) action).run())
                .toList();
    }

    @Test
    void aRunStartsWhenItsTimeHasComeAndNotBefore() {
        PyJobSchedule hourly = schedule("@hourly");
        SchedulePlan first = step(hourly, CREATED.plusMillis(300));
        assertThat(first.actions()).isEmpty();
        assertThat(first.status().nextScheduleTime()).isEqualTo("2026-03-01T11:00:00Z");
        assertThat(first.recheckAfter()).contains(Duration.ofMinutes(1));
        assertThat(condition(first.status(), "Ready").orElseThrow().getStatus()).isEqualTo("True");

        SchedulePlan early = step(hourly, ELEVEN.minusMillis(20));
        assertThat(early.actions()).isEmpty();
        assertThat(early.recheckAfter()).contains(Duration.ofMillis(21));

        SchedulePlan due = step(hourly, ELEVEN.plusMillis(4));
        assertThat(started(due)).containsExactly("nightly-202603011100");
        assertThat(reasons(due)).containsExactly("Started");
        assertThat(due.status().lastScheduleTime()).isEqualTo("2026-03-01T11:00:00Z");
        assertThat(due.status().nextScheduleTime()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(due.status().active()).containsExactly("nightly-202603011100");
        assertThat(due.status().activeRuns()).isEqualTo(1);
        assertThat(due.recheckAfter()).as("once this is written").contains(Duration.ofMillis(1));

        SchedulePlan again = step(hourly, ELEVEN.plusMillis(9));
        assertThat(again.recheckAfter()).contains(Duration.ofMinutes(1));
        assertThat(again.actions()).isEmpty();
        assertThat(again.events()).isEmpty();
        assertThat(again.status()).isEqualTo(due.status());
    }

    @Test
    void theTimeOfCreationDoesNotCount() {
        PyJobSchedule schedule = schedule("15 10 * * *");
        assertThat(step(schedule, CREATED.plusSeconds(2)).actions()).isEmpty();
        PyJobSchedule soon = schedule("16 10 * * *");
        assertThat(started(step(soon, CREATED.plusSeconds(62)))).containsExactly("nightly-202603011016");
    }

    @Test
    void ofAnOutageOnlyTheLastTimeIsMadeUpFor() {
        PyJobSchedule hourly = schedule("@hourly");
        step(hourly, CREATED);
        SchedulePlan late = step(hourly, ELEVEN.plus(Duration.ofHours(50).plusMinutes(40)));
        assertThat(started(late)).containsExactly("nightly-202603031300");
        assertThat(reasons(late)).containsExactly("MissedRuns", "Started");
        assertThat(late.events().get(0).isWarning()).isTrue();
        assertThat(late.events().get(0).message())
                .isEqualTo("50 times before 2026-03-03 13:00 UTC passed without a run, and are not made up for");
        assertThat(late.status().missedRuns()).isEqualTo(50);
        assertThat(step(hourly, ELEVEN.plus(Duration.ofHours(50).plusMinutes(41)))
                        .actions())
                .isEmpty();
    }

    @Test
    void aRunThatWouldBeTooLateDoesNotStart() {
        PyJobSchedule hourly = schedule("@hourly", "startingDeadline: 10m", "timeZone: Europe/Berlin");
        step(hourly, CREATED);
        SchedulePlan inTime = step(hourly, ELEVEN.plus(Duration.ofMinutes(10)));
        assertThat(started(inTime)).containsExactly("nightly-202603011100");
        end("nightly-202603011100", Phase.Succeeded, ELEVEN.plusSeconds(700));
        SchedulePlan late = step(hourly, NOON.plus(Duration.ofMinutes(10)).plusMillis(1));
        assertThat(late.actions()).isEmpty();
        assertThat(late.events())
                .singleElement()
                .satisfies(event -> assertThat(event.message())
                        .isEqualTo("the run for 2026-03-01 13:00 Europe/Berlin was not started: it is more than"
                                + " spec.startingDeadline, 10m, late"));
        assertThat(late.status().missedRuns()).isEqualTo(1);
        assertThat(late.status().lastScheduleTime()).isEqualTo("2026-03-01T11:00:00Z");
        assertThat(step(hourly, NOON.plus(Duration.ofMinutes(11))).events()).isEmpty();
    }

    @Test
    void forbidLeavesATimeOut() {
        PyJobSchedule hourly = schedule("@hourly");
        step(hourly, ELEVEN.plusSeconds(1));
        SchedulePlan skip = step(hourly, NOON.plusSeconds(1));
        assertThat(skip.actions()).isEmpty();
        assertThat(skip.events())
                .singleElement()
                .satisfies(event -> assertThat(event.message())
                        .isEqualTo(
                                "no run was started for 2026-03-01 12:00 UTC: nightly-202603011100 is still going, and"
                                        + " concurrencyPolicy is Forbid"));
        assertThat(skip.status().skippedRuns()).isEqualTo(1);
        assertThat(skip.status().missedRuns()).isZero();
        end("nightly-202603011100", Phase.Succeeded, NOON.plusSeconds(90));
        SchedulePlan ended = step(hourly, NOON.plusSeconds(90));
        assertThat(ended.actions()).as("left out, not put off").isEmpty();
        assertThat(ended.status().active()).isEmpty();
        assertThat(ended.status().lastSuccessfulTime()).isEqualTo("2026-03-01T12:01:30Z");
    }

    @Test
    void replaceDeletesFirst() {
        PyJobSchedule hourly = schedule("@hourly", "concurrencyPolicy: Replace");
        step(hourly, ELEVEN);
        SchedulePlan replace = step(hourly, NOON);
        assertThat(replace.actions()).hasSize(2);
        assertThat(replace.actions().get(0)).isInstanceOf(DeleteRun.class);
        assertThat(deleted(replace)).containsExactly("nightly-202603011100");
        assertThat(started(replace)).containsExactly("nightly-202603011200");
        assertThat(reasons(replace)).containsExactly("Replaced", "Started");
        assertThat(replace.status().active()).containsExactly("nightly-202603011200");
    }

    @Test
    void allowStartsAnother() {
        PyJobSchedule hourly = schedule("@hourly", "concurrencyPolicy: Allow");
        step(hourly, ELEVEN);
        SchedulePlan second = step(hourly, NOON);
        assertThat(second.status().active()).containsExactly("nightly-202603011100", "nightly-202603011200");
        assertThat(deleted(second)).isEmpty();
    }

    @Test
    void aRunThatIsBeingDeletedIsNotInTheWay() {
        PyJobSchedule hourly = schedule("@hourly");
        step(hourly, ELEVEN);
        runs.get(0).getMetadata().setDeletionTimestamp(NOON.toString());
        assertThat(started(step(hourly, NOON))).containsExactly("nightly-202603011200");
    }

    @Test
    void whatCameWhileSuspendedIsNotMadeUpFor() {
        PyJobSchedule hourly = schedule("@hourly", "suspend: true");
        SchedulePlan suspended = step(hourly, ELEVEN.plusSeconds(5));
        assertThat(suspended.actions()).isEmpty();
        assertThat(suspended.recheckAfter()).isEmpty();
        assertThat(suspended.status().nextScheduleTime()).isNull();
        assertThat(reasons(suspended)).containsExactly("Suspended");
        assertThat(condition(suspended.status(), "Suspended").orElseThrow().getStatus())
                .isEqualTo("True");
        assertThat(condition(suspended.status(), "Ready").orElseThrow().getReason())
                .isEqualTo("Suspended");

        spec(hourly, schedule("@hourly"));
        SchedulePlan resumed = step(hourly, NOON.plusSeconds(5));
        assertThat(resumed.actions()).isEmpty();
        assertThat(reasons(resumed)).containsExactly("Resumed");
        assertThat(resumed.status().nextScheduleTime()).isEqualTo("2026-03-01T13:00:00Z");
        assertThat(resumed.status().missedRuns()).isZero();
        assertThat(started(step(hourly, NOON.plus(Duration.ofHours(1))))).hasSize(1);
    }

    @Test
    void anotherTimetableCountsFromNowOn() {
        PyJobSchedule schedule = schedule("0 23 * * *");
        step(schedule, ELEVEN);
        spec(schedule, schedule("30 10 * * *"));
        SchedulePlan edited = step(schedule, NOON);
        assertThat(edited.actions())
                .as("10:30 has passed, but was nobody's wish then")
                .isEmpty();
        assertThat(edited.status().nextScheduleTime()).isEqualTo("2026-03-02T10:30:00Z");
        spec(schedule, schedule("30 10 * * *", "timeZone: Asia/Tokyo"));
        assertThat(step(schedule, NOON.plusSeconds(1)).status().nextScheduleTime())
                .isEqualTo("2026-03-02T01:30:00Z");
    }

    @Test
    void anotherTemplateLosesNoTime() {
        PyJobSchedule schedule = schedule("@hourly");
        step(schedule, CREATED);
        spec(schedule, schedule("@hourly", "failedRunsHistoryLimit: 7"));
        schedule.getMetadata().setGeneration(2L);
        SchedulePlan late = step(schedule, ELEVEN.plusSeconds(300));
        assertThat(started(late)).containsExactly("nightly-202603011100");
        assertThat(late.status().observedGeneration()).isEqualTo(2);
    }

    @Test
    void eachNewTriggerStartsOneRun() {
        PyJobSchedule schedule = schedule("@yearly", "suspend: true");
        step(schedule, CREATED);
        List<String> names = new ArrayList<>();
        for (String value : List.of("now", "again", "now", "again", "now")) {
            Schedules.trigger(schedule, value);
            SchedulePlan plan = step(schedule, ELEVEN);
            assertThat(started(plan)).hasSize(1);
            assertThat(names).doesNotContainAnyElementsOf(started(plan));
            assertThat(plan.events().get(0).message()).endsWith(" by trigger \"" + value + '"');
            assertThat(plan.status().lastTrigger()).isEqualTo(value);
            assertThat(plan.status().lastTriggeredRun()).isEqualTo(started(plan).get(0));
            names.addAll(started(plan));
            assertThat(started(step(schedule, ELEVEN))).isEmpty();
            end(names.get(names.size() - 1), Phase.Failed, ELEVEN);
        }
        Schedules.trigger(schedule, "");
        assertThat(started(step(schedule, ELEVEN))).isEmpty();
    }

    @Test
    void aTriggerIsLeftOutAsATimeIs() {
        PyJobSchedule schedule = schedule("@hourly");
        Schedules.trigger(schedule, "now");
        SchedulePlan time = step(schedule, ELEVEN);
        assertThat(started(time)).containsExactly("nightly-202603011100");
        assertThat(time.recheckAfter()).as("one after the other").contains(Duration.ofMillis(1));
        SchedulePlan trigger = step(schedule, ELEVEN);
        assertThat(reasons(trigger)).containsExactly("Skipped");
        assertThat(trigger.status().skippedRuns()).isEqualTo(1);
        assertThat(trigger.status().lastTrigger()).isEqualTo("now");
        assertThat(trigger.status().lastTriggeredRun()).isNull();
        end("nightly-202603011100", Phase.Succeeded, ELEVEN.plusSeconds(9));
        assertThat(step(schedule, ELEVEN.plusSeconds(9)).actions()).isEmpty();
    }

    /** The run was created, and then the status could not be written. */
    @ParameterizedTest
    @CsvSource({"Forbid, Running", "Replace, Running", "Allow, Running", "Forbid, Succeeded"})
    void aRunThatTheStatusDoesNotKnowIsTheOneThatWasDue(String policy, Phase phase) {
        PyJobSchedule schedule = schedule("@hourly", "concurrencyPolicy: " + policy, "successfulRunsHistoryLimit: 0");
        step(schedule, CREATED);
        SchedulePlan lost = SchedulePlanner.plan(schedule, List.of(), ELEVEN, Optional.empty());
        runs.add(run(((StartRun) lost.actions().get(0)).run(), phase, ELEVEN));
        SchedulePlan plan = step(schedule, ELEVEN.plusSeconds(5));
        assertThat(plan.actions()).isEmpty();
        assertThat(reasons(plan)).containsExactly("Started");
        assertThat(plan.status().lastScheduleTime()).isEqualTo("2026-03-01T11:00:00Z");
        assertThat(deleted(step(schedule, ELEVEN.plusSeconds(6)))).hasSize(phase == Phase.Succeeded ? 1 : 0);
    }

    /** Were it deleted while the status does not know it, its trigger would start it again. */
    @Test
    void aTriggeredRunThatTheStatusDoesNotKnowIsToldOfFirst() {
        PyJobSchedule schedule = schedule("@hourly", "concurrencyPolicy: Replace");
        step(schedule, CREATED);
        Schedules.trigger(schedule, "now");
        SchedulePlan lost = SchedulePlanner.plan(schedule, List.of(), CREATED, Optional.empty());
        String name = started(lost).get(0);
        runs.add(((StartRun) lost.actions().get(0)).run());
        SchedulePlan plan = step(schedule, ELEVEN);
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.status().lastTriggeredRun()).isEqualTo(name);
        assertThat(plan.status().lastScheduleTime()).isNull();
        SchedulePlan next = step(schedule, ELEVEN);
        assertThat(deleted(next)).containsExactly(name);
        assertThat(started(next)).containsExactly("nightly-202603011100");
    }

    @Test
    void aRefusedRunStaysDueUntilItsDeadline() {
        PyJobSchedule schedule = schedule("@hourly", "startingDeadline: 5m");
        step(schedule, CREATED);
        refusal = Optional.of(new RunRefusal("nightly-202603011100", "exceeded quota", ELEVEN.plusSeconds(30)));
        SchedulePlan held = step(schedule, ELEVEN.plusSeconds(1));
        assertThat(held.actions()).isEmpty();
        assertThat(held.recheckAfter()).contains(Duration.ofMillis(29_001));
        assertThat(reasons(held)).containsExactly("RunRefused");
        assertThat(condition(held.status(), "Ready").orElseThrow().getMessage())
                .isEqualTo("run nightly-202603011100 cannot be created: exceeded quota");
        assertThat(step(schedule, ELEVEN.plusSeconds(2)).events())
                .as("told once")
                .isEmpty();

        SchedulePlan again = SchedulePlanner.plan(schedule, runs, ELEVEN.plusSeconds(31), refusal);
        assertThat(started(again)).containsExactly("nightly-202603011100");
        assertThat(condition(again.status(), "Ready").orElseThrow().getStatus()).isEqualTo("True");

        SchedulePlan late = step(schedule, ELEVEN.plusSeconds(301));
        assertThat(reasons(late)).contains("MissedDeadline");
        assertThat(late.status().missedRuns()).isEqualTo(1);
    }

    @Test
    void aTriggerWaitsWhileRunsAreRefused() {
        PyJobSchedule schedule = schedule("@daily");
        Schedules.trigger(schedule, "now");
        refusal = Optional.of(new RunRefusal("nightly-t1", "exceeded quota", ELEVEN.plusSeconds(30)));
        assertThat(step(schedule, ELEVEN).status().lastTrigger()).isNull();
        assertThat(started(step(schedule, ELEVEN.plusSeconds(30)))).hasSize(1);
    }

    @Test
    void theOldestEndedRunsGo() {
        PyJobSchedule hourly = schedule("@hourly", "successfulRunsHistoryLimit: 2", "failedRunsHistoryLimit: 1");
        step(hourly, CREATED);
        List<String> gone = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Instant time = ELEVEN.plus(Duration.ofHours(i));
            SchedulePlan plan = step(hourly, time);
            end(started(plan).get(0), i % 2 == 0 ? Phase.Succeeded : Phase.Failed, time.plusSeconds(60));
            gone.addAll(deleted(step(hourly, time.plusSeconds(60))));
        }
        assertThat(gone)
                .containsExactly(
                        "nightly-202603011200",
                        "nightly-202603011100",
                        "nightly-202603011400",
                        "nightly-202603011300",
                        "nightly-202603011600");
        assertThat(runs).hasSize(3);
    }

    @Test
    void aClockThatWasFarAheadIsNotWaitedFor() {
        PyJobSchedule hourly = schedule("@hourly");
        step(hourly, CREATED);
        step(hourly, NOON.plus(Duration.ofDays(2000)));
        runs.clear();
        SchedulePlan back = step(hourly, NOON.plusSeconds(30));
        assertThat(reasons(back)).containsExactly("ClockSetBack");
        assertThat(back.status().nextScheduleTime()).isEqualTo("2026-03-01T13:00:00Z");
        assertThat(started(step(hourly, NOON.plusSeconds(3601)))).containsExactly("nightly-202603011300");
    }

    @Test
    void aClockThatGoesBackALittleStartsNothingTwice() {
        PyJobSchedule schedule = schedule("*/10 * * * *");
        step(schedule, CREATED);
        step(schedule, NOON.plusSeconds(1));
        runs.clear();
        SchedulePlan back = step(schedule, NOON.minusSeconds(1500));
        assertThat(back.actions()).isEmpty();
        assertThat(back.status().nextScheduleTime()).isEqualTo("2026-03-01T12:10:00Z");
        assertThat(step(schedule, NOON.plusSeconds(2)).actions()).isEmpty();
    }

    @Test
    void aWrongTimetableIsAConditionAndStopsNothingElse() {
        PyJobSchedule schedule = schedule("0 0 31 2 *");
        Schedules.trigger(schedule, "now");
        SchedulePlan plan = step(schedule, ELEVEN);
        assertThat(step(schedule, ELEVEN).recheckAfter()).isEmpty();
        assertThat(condition(plan.status(), "Ready").orElseThrow().getReason()).isEqualTo("InvalidSchedule");
        assertThat(condition(plan.status(), "Ready").orElseThrow().getMessage()).startsWith("spec.schedule: ");
        assertThat(reasons(plan)).containsExactly("Started", "InvalidSchedule");
        assertThat(started(plan)).hasSize(1);

        spec(schedule, schedule("@hourly", "timeZone: Europe/Nowhere"));
        assertThat(condition(step(schedule, NOON).status(), "Ready")
                        .orElseThrow()
                        .getMessage())
                .startsWith("spec.timeZone: \"Europe/Nowhere\" is no time zone");
        spec(schedule, schedule("@hourly"));
        assertThat(started(step(schedule, NOON.plusSeconds(60)))).isEmpty();
    }

    @Test
    void aScheduleThatIsBeingDeletedStartsNothing() {
        PyJobSchedule schedule = schedule("@hourly");
        schedule.getMetadata().setDeletionTimestamp(ELEVEN.toString());
        SchedulePlan plan = SchedulePlanner.plan(schedule, List.of(), NOON, Optional.empty());
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.recheckAfter()).isEmpty();
    }

    private static void spec(PyJobSchedule schedule, PyJobSchedule other) {
        PyJobScheduleSpec spec = other.getSpec();
        schedule.setSpec(spec);
    }
}
