package io.pyjob.api.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimetableTest {
    /** Berlin: clocks go from 02:00 to 03:00 on 29 March 2026 and back from 03:00 to 02:00 on 25 October. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Times of day that are passed over come at that moment, once.
                "30 2 * * *     | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z",
                "0,30 2 * * *   | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T00:00:00Z",
                "30 2,3 * * *   | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-29T01:30:00Z",
                "0 3 * * *      | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z 2026-03-30T01:00:00Z",
                // What is every so often goes by the clock.
                "*/30 * * * *   | 2026-03-29T00:15:00Z | 2026-03-29T00:30:00Z 2026-03-29T01:00:00Z",
                "*/30 2 * * *   | 2026-03-28T12:00:00Z | 2026-03-30T00:00:00Z 2026-03-30T00:30:00Z",
                "0 */2 * * *    | 2026-03-28T23:00:00Z | 2026-03-29T02:00:00Z 2026-03-29T04:00:00Z",
                // Times of day that come twice count the first time.
                "30 2 * * *     | 2026-10-24T12:00:00Z | 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z",
                "30 2 * * *     | 2026-10-25T00:45:00Z | 2026-10-26T01:30:00Z 2026-10-27T01:30:00Z",
                "30 2 * * *     | 2026-10-25T01:15:00Z | 2026-10-26T01:30:00Z 2026-10-27T01:30:00Z",
                "0 3 * * *      | 2026-10-24T12:00:00Z | 2026-10-25T02:00:00Z 2026-10-26T02:00:00Z",
                // An hour that comes twice lacks nothing.
                "30 * * * *     | 2026-10-25T00:00:00Z | 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z 2026-10-25T02:30:00Z",
                "@hourly        | 2026-10-24T23:30:00Z | 2026-10-25T00:00:00Z 2026-10-25T01:00:00Z 2026-10-25T02:00:00Z",
                "@daily         | 2026-10-24T12:00:00Z | 2026-10-24T22:00:00Z 2026-10-25T23:00:00Z",
            })
    void clocksThatArePutForwardAndBack(String schedule, Instant after, String times) throws InvalidTimetable {
        assertThat(times(Timetable.of(schedule, "Europe/Berlin"), after, times.split(" ").length))
                .containsExactly(Stream.of(times.split(" ")).map(Instant::parse).toArray(Instant[]::new));
    }

    /** Against a walk over all minutes there are, with a clock on the wall. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Europe/Berlin",
                "America/New_York",
                "Australia/Lord_Howe", // half an hour
                "America/Havana", // at midnight
                "Asia/Kathmandu", // a quarter past
                "Africa/Casablanca",
                "UTC",
            })
    void everyTimeIsThatOfAWalkAlongTheClock(String zone) throws InvalidTimetable {
        Random random = new Random(zone.hashCode());
        for (int i = 0; i < 60; i++) {
            String schedule = dense(random);
            Timetable timetable = Timetable.of(schedule, zone);
            Instant begin = nearATransition(ZoneId.of(zone), random);
            Instant end = begin.plus(Duration.ofDays(3));
            List<Instant> walked = walk(schedule, ZoneId.of(zone), begin, end);
            List<Instant> found = new ArrayList<>();
            for (Instant time = timetable.next(begin); !time.isAfter(end); time = timetable.next(time)) {
                found.add(time);
            }
            assertThat(found).as("%s in %s after %s", schedule, zone, begin).isEqualTo(walked);
            Instant until = begin.plusSeconds(random.nextInt(3 * 24 * 3600));
            List<Instant> before =
                    walked.stream().filter(time -> !time.isAfter(until)).toList();
            assertThat(timetable.latest(begin, until))
                    .isEqualTo(before.isEmpty() ? Optional.empty() : Optional.of(before.get(before.size() - 1)));
            assertThat(timetable.count(begin, until, 1_000_000)).isEqualTo(before.size());
        }
    }

    private static String dense(Random random) {
        String days = random.nextInt(4) == 0 ? "* * " + random.nextInt(8) : "* * *";
        String hours = List.of("*", "*/2", "1", "0-3", "2,3", "0,1", "0", "23").get(random.nextInt(8));
        String minutes =
                List.of("*", "*/20", "0", "0,30", "15-45/15", "30", "59").get(random.nextInt(7));
        return minutes + ' ' + hours + ' ' + days;
    }

    private static Instant nearATransition(ZoneId zone, Random random) {
        Instant from = Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofDays(random.nextInt(1000)));
        ZoneOffsetTransition transition = zone.getRules().nextTransition(from);
        return transition == null ? from : transition.getInstant().minusSeconds(random.nextInt(2 * 24 * 3600));
    }

    /** A time of day comes with its first minute on the wall, or as the clock passes over it. */
    private static List<Instant> walk(String schedule, ZoneId zone, Instant begin, Instant end) {
        boolean isTimeOfDay = Stream.of(schedule.split(" ")).limit(2).noneMatch(field -> field.startsWith("*"));
        List<Instant> times = new ArrayList<>();
        // The walk has to know how far the wall's clock has been before.
        Instant first = Instant.ofEpochSecond(begin.getEpochSecond() / 60 * 60).minus(Duration.ofDays(1));
        LocalDateTime shown = LocalDateTime.ofInstant(first, zone).minusMinutes(1);
        for (Instant at = first; !at.isAfter(end); at = at.plusSeconds(60)) {
            LocalDateTime wall = LocalDateTime.ofInstant(at, zone);
            boolean comes;
            if (isTimeOfDay) {
                comes = false;
                for (LocalDateTime each = shown.plusMinutes(1); !each.isAfter(wall); each = each.plusMinutes(1)) {
                    comes |= CronTest.matches(schedule, each);
                }
            } else {
                comes = CronTest.matches(schedule, wall);
            }
            shown = wall.isAfter(shown) ? wall : shown;
            if (comes && at.isAfter(begin)) {
                times.add(at);
            }
        }
        return times;
    }

    @Test
    void theLatestOfManyYearsIsFound() throws InvalidTimetable {
        Instant after = Instant.parse("1990-01-01T00:00:00Z");
        Instant until = Instant.parse("2026-06-15T10:20:30Z");
        assertThat(Timetable.of("* * * * *", "UTC").latest(after, until))
                .contains(Instant.parse("2026-06-15T10:20:00Z"));
        assertThat(Timetable.of("0 0 29 2 *", "UTC").latest(after, until))
                .contains(Instant.parse("2024-02-29T00:00:00Z"));
        assertThat(Timetable.of("0 0 29 2 */7", "UTC").latest(after, until))
                .contains(Instant.parse("2004-02-29T00:00:00Z"));
        assertThat(Timetable.of("@yearly", "UTC").latest(until, after)).isEmpty();
        assertThat(Timetable.of("* * * * *", "UTC").count(after, until, 10_000)).isEqualTo(10_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Local", "Europe/Berlinn", "+02:00", "", "UTC+2", "europe/berlin"})
    void whatIsNoTimeZoneIsSaid(String zone) {
        assertThatThrownBy(() -> Timetable.of("@daily", zone))
                .isInstanceOf(InvalidTimetable.class)
                .hasMessageContaining("\"" + zone + "\" is no time zone");
    }

    private static List<Instant> times(Timetable timetable, Instant after, int count) {
        return Stream.iterate(timetable.next(after), timetable::next)
                .limit(count)
                .toList();
    }
}
