package io.pyjob.operator.schedule;

import static io.pyjob.operator.schedule.Schedules.run;
import static io.pyjob.operator.schedule.Schedules.schedule;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.ConcurrencyPolicy;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.PyJobScheduleStatus;
import io.pyjob.api.cron.InvalidTimetable;
import io.pyjob.api.cron.Timetable;
import io.pyjob.operator.schedule.ScheduleAction.StartRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Schedules in clusters where all that can happen does: the operator is away, its clock goes wrong by some minutes, runs end and
 * are deleted, plans are carried out in part, and their statuses are not written.
 */
final class ScheduleSimulationTest {
    private static final int SCHEDULES = 60;
    private static final int STEPS = 150;

    /** A clock that is further behind than this is taken for one that was wrong before. */
    private static final Duration LEAST_TRUSTED = Duration.ofMinutes(55);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverHappensTheRulesHold(long seed) throws InvalidTimetable {
        Random random = new Random(seed);
        for (int i = 0; i < SCHEDULES; i++) {
            new Life(random, "seed " + seed + ", schedule " + i).live();
        }
    }

    private static final class Life {
        private final Random random;
        private final String title;
        private final PyJobSchedule schedule;
        private final Timetable timetable;
        private final Map<String, PyJob> runs = new TreeMap<>();
        private final Set<String> everStarted = new HashSet<>();
        private Instant now = Schedules.CREATED;
        private Instant latest = now;
        private int triggers;
        private int timesStarted;

        Life(Random random, String title) throws InvalidTimetable {
            this.random = random;
            String cron = one("*/5 * * * *", "@hourly", "0 */6 * * *", "30 2 * * *", "0 0 * * MON", "*/3 * * * *");
            String zone = one("UTC", "Europe/Berlin", "America/Havana");
            List<String> fields = new ArrayList<>(List.of(
                    "timeZone: " + zone,
                    "concurrencyPolicy: " + one("Allow", "Forbid", "Replace"),
                    "successfulRunsHistoryLimit: " + random.nextInt(3),
                    "failedRunsHistoryLimit: " + random.nextInt(3)));
            if (random.nextBoolean()) {
                fields.add("startingDeadline: " + one("90s", "10m", "2h"));
            }
            schedule = schedule(cron, fields.toArray(String[]::new));
            timetable = Timetable.of(cron, zone);
            this.title = title + ": " + cron + ", " + fields;
        }

        private String one(String... of) {
            return of[random.nextInt(of.length)];
        }

        void live() {
            plan(true);
            for (int step = 0; step < STEPS; step++) {
                pass();
                happen();
                boolean isWritten = random.nextInt(8) > 0;
                plan(isWritten);
            }
            plan(true);
            accounts();
        }

        /** Mostly a little, sometimes an outage; and the clock may be put back by some minutes. */
        private void pass() {
            long seconds = switch (random.nextInt(10)) {
                case 0 -> random.nextInt(5 * 24 * 3600);
                case 1 -> -random.nextInt(1800);
                case 2, 3, 4 -> random.nextInt(2 * 3600);
                default -> random.nextInt(400);
            };
            Instant then = now.plusSeconds(seconds);
            latest = then.isAfter(latest) ? then : latest;
            now = then.isAfter(latest.minus(LEAST_TRUSTED)) ? then : now;
        }

        private void happen() {
            for (PyJob each : List.copyOf(runs.values())) {
                int what = random.nextInt(6);
                if (what < 2 && !RunEnds.isOver(each)) {
                    Phase end = what == 0 ? Phase.Succeeded : Phase.Failed;
                    runs.put(each.getMetadata().getName(), run(each, end, now));
                } else if (what == 2 && random.nextInt(5) == 0) {
                    forget(each.getMetadata().getName());
                }
            }
            if (random.nextInt(15) == 0) {
                triggers++;
                Schedules.trigger(schedule, "trigger " + triggers);
            }
        }

        /** Somebody deletes a run; not one that nobody has been told of. */
        private void forget(String run) {
            PyJobScheduleStatus status = schedule.getStatus();
            boolean isTold = status != null
                    && (run.equals(status.lastTriggeredRun())
                            || (status.handledUntil() != null && !isTriggered(run) && !isAfterHandled(run, status)));
            if (isTold) {
                runs.remove(run);
            }
        }

        private static boolean isTriggered(String run) {
            return run.contains("-t");
        }

        private boolean isAfterHandled(String run, PyJobScheduleStatus status) {
            Instant time = Instant.parse(Objects.requireNonNull(runs.get(run))
                    .getMetadata()
                    .getAnnotations()
                    .get("pyjob.io/scheduled-for"));
            return time.isAfter(Instant.parse(Objects.requireNonNull(status.handledUntil())));
        }

        private void plan(boolean isWritten) {
            SchedulePlan plan = SchedulePlanner.plan(schedule, List.copyOf(runs.values()), now, Optional.empty());
            List<StartRun> starts = plan.actions().stream()
                    .filter(StartRun.class::isInstance)
                    .map(StartRun.class::cast)
                    .toList();
            assertThat(starts).as(title).hasSizeLessThanOrEqualTo(1);
            starts.forEach(start -> isDue(start.run()));
            int carriedOut = isWritten || random.nextBoolean()
                    ? plan.actions().size()
                    : random.nextInt(plan.actions().size() + 1);
            plan.actions().subList(0, carriedOut).forEach(this::carryOut);
            if (schedule.getSpec().concurrencyPolicy() != ConcurrencyPolicy.Allow) {
                assertThat(runs.values().stream().filter(r -> !RunEnds.isOver(r)))
                        .as(title)
                        .hasSizeLessThanOrEqualTo(1);
            }
            if (!isWritten) {
                return;
            }
            told(plan);
            assertThat(plan.status().active())
                    .as(title)
                    .containsExactlyElementsOf(runs.values().stream()
                            .filter(r -> !RunEnds.isOver(r))
                            .map(r -> r.getMetadata().getName())
                            .toList());
            assertThat(plan.recheckAfter().orElseThrow())
                    .as(title)
                    .isBetween(Duration.ofMillis(1), Duration.ofMinutes(1));
            if (random.nextInt(3) == 0) {
                comesToRest();
            }
        }

        /** With no more time passing, a few plans do all there is to do. */
        private void comesToRest() {
            SchedulePlan plan;
            int plans = 0;
            do {
                assertThat(plans++).as(title).isLessThan(4);
                plan = SchedulePlanner.plan(schedule, List.copyOf(runs.values()), now, Optional.empty());
                plan.actions().forEach(this::carryOut);
                told(plan);
            } while (!plan.actions().isEmpty() || !plan.events().isEmpty());
            SchedulePlan again = SchedulePlanner.plan(schedule, List.copyOf(runs.values()), now, Optional.empty());
            assertThat(again.status()).as(title).isEqualTo(plan.status());
            assertThat(ended(Phase.Succeeded))
                    .as(title)
                    .isLessThanOrEqualTo(schedule.getSpec().successfulRunsHistoryLimit());
            assertThat(ended(Phase.Failed))
                    .as(title)
                    .isLessThanOrEqualTo(schedule.getSpec().failedRunsHistoryLimit());
        }

        private void told(SchedulePlan plan) {
            timesStarted += (int) plan.events().stream()
                    .filter(event ->
                            event.reason().equals("Started") && event.message().contains(" for "))
                    .count();
            // As an API server gives it back: what is the same has to stay so.
            schedule.setStatus(Serialization.unmarshal(Serialization.asJson(plan.status()), PyJobScheduleStatus.class));
            assertThat(schedule.getStatus()).as(title).isEqualTo(plan.status());
        }

        private long ended(Phase phase) {
            return runs.values().stream()
                    .filter(r -> RunEnds.isOver(r) && r.getStatus().phase() == phase)
                    .count();
        }

        private void carryOut(ScheduleAction action) {
            action.carryOut(new ScheduleAction.Effects() {
                @Override
                public void start(PyJob run) {
                    String name = run.getMetadata().getName();
                    assertThat(everStarted.add(name))
                            .as("%s: %s only once", title, name)
                            .isTrue();
                    runs.put(name, run);
                }

                @Override
                public void delete(String run, String reason) {
                    assertThat(runs.remove(run)).as(title + ": " + run).isNotNull();
                }
            });
        }

        private void isDue(PyJob run) {
            String text = run.getMetadata().getAnnotations().get("pyjob.io/scheduled-for");
            if (text == null) {
                return; // a trigger is due whenever it comes
            }
            Instant time = Instant.parse(text);
            assertThat(timetable.next(time.minusNanos(1))).as(title).isEqualTo(time);
            assertThat(time).as(title).isAfter(Schedules.CREATED).isBeforeOrEqualTo(now);
            assertThat(timetable.next(time))
                    .as("%s: the last that has come", title)
                    .isAfter(now);
            String deadline = schedule.getSpec().startingDeadline();
            if (deadline != null) {
                Duration late = Duration.between(time, now);
                assertThat(late)
                        .as(title)
                        .isLessThanOrEqualTo(Duration.parse("PT" + deadline.toUpperCase(Locale.ROOT)));
            }
        }

        /** Every time has started a run, was left out, or was missed; triggers that were left out count as well. */
        private void accounts() {
            PyJobScheduleStatus status = schedule.getStatus();
            Instant handled = Instant.parse(Objects.requireNonNull(status.handledUntil()));
            long times = timetable.count(Schedules.CREATED, handled, 1_000_000);
            long accounted = timesStarted + status.missedRuns() + status.skippedRuns();
            assertThat(accounted).as(title).isBetween(times, times + triggers);
        }
    }

    /** How a run stands. */
    private static final class RunEnds {
        private RunEnds() {}

        static boolean isOver(PyJob run) {
            return run.getStatus() != null && run.getStatus().phase().isFinal();
        }
    }
}
