package io.pyjob.api.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CronTest {
    /** 1 January 2026 is a Thursday. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *           | 2026-01-01T00:00 | 2026-01-01T00:00",
                "30 2 * * *          | 2026-01-01T02:31 | 2026-01-02T02:30",
                "30 2 * * *          | 2026-01-01T02:30 | 2026-01-01T02:30",
                "*/20 * * * *        | 2026-01-01T00:41 | 2026-01-01T01:00",
                "5/20 * * * *        | 2026-01-01T00:26 | 2026-01-01T00:45",
                "0 9-17/4 * * *      | 2026-01-01T09:01 | 2026-01-01T13:00",
                "0 0 31 * *          | 2026-02-01T00:00 | 2026-03-31T00:00",
                "0 0 29 2 *          | 2026-01-01T00:00 | 2028-02-29T00:00",
                "0 0 29 feb ?        | 2096-03-01T00:00 | 2104-02-29T00:00",
                "0 0 * * MON         | 2026-01-01T00:00 | 2026-01-05T00:00",
                "0 0 * * 7           | 2026-01-01T00:00 | 2026-01-04T00:00",
                "0 0 * * 0           | 2026-01-01T00:00 | 2026-01-04T00:00",
                "0 0 * * fri-sun     | 2026-01-03T00:01 | 2026-01-04T00:00",
                "0 0 * * Sun-Tue     | 2026-01-01T00:00 | 2026-01-04T00:00",
                "0 0 * JUL-aug,12 *  | 2026-09-01T00:00 | 2026-12-01T00:00",
                "0,59 23,0 * * *     | 2026-01-01T00:01 | 2026-01-01T00:59",
                "0 0 13 * FRI        | 2026-01-01T00:00 | 2026-01-02T00:00",
                "0 0 */2 * THU       | 2026-01-02T00:00 | 2026-01-15T00:00",
                "0 0 1 1 */2         | 2026-01-02T00:00 | 2028-01-01T00:00",
                "@hourly             | 2026-01-01T00:01 | 2026-01-01T01:00",
                "@daily              | 2026-01-01T00:01 | 2026-01-02T00:00",
                "@midnight           | 2026-01-01T00:01 | 2026-01-02T00:00",
                "@weekly             | 2026-01-01T00:01 | 2026-01-04T00:00",
                "@Monthly            | 2026-01-01T00:01 | 2026-02-01T00:00",
                "@yearly             | 2026-01-01T00:01 | 2027-01-01T00:00",
                "@annually           | 2026-01-01T00:01 | 2027-01-01T00:00",
            })
    void theNextTimeIsThatOfCrontab(String schedule, LocalDateTime from, LocalDateTime next) throws InvalidTimetable {
        assertThat(Cron.of(schedule).next(from)).isEqualTo(next);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "60 * * * *        | minute: \"60\" is none of 0 to 59",
                "* 24 * * *        | hour: \"24\" is none of 0 to 23",
                "* * 0 * *         | day of the month: \"0\" is none of 1 to 31",
                "* * * 13 *        | month: \"13\" is none of 1 to 12 and JAN, FEB, MAR",
                "* * * * 8         | day of the week: \"8\" is none of 0 to 7 and SUN, MON",
                "* * * MON *       | month: \"MON\" is none of",
                "? * * * *         | minute: \"?\" is none of 0 to 59",
                "* 22-2 * * *      | hour: the range 22-2 ends before it begins: write 22-23,0-2",
                "*/0 * * * *       | minute: \"/0\" is no step",
                "*/5/2 * * * *     | minute: \"*/5/2\" has two steps",
                "1-2-3 * * * *     | minute: \"1-2-3\" is no range",
                "1, * * * *        | minute: a number is missing",
                "-5 * * * *        | minute: a number is missing",
                "0 2 * *           | has 4 fields: write five fields",
                "0 0 2 * * *       | has 6 fields: write five fields",
                "0 0 31 2,4 *      | \"0 0 31 2,4 *\" never comes",
                "0 0 30 2 *        | never comes",
                "@every 10m        | has no @every, which drifts: write five fields",
                "@fortnightly      | is none of @hourly, @daily",
                "TZ=UTC 0 0 * * *  | has a time zone: write that as spec.timeZone",
                "CRON_TZ=UTC @daily| has a time zone",
                "hourly            | has 1 field: write five fields",
                "' @daily'         | begins or ends with a space",
                "'0 2 * * * '      | begins or ends with a space",
            })
    void whatIsWrongIsSaid(String schedule, String why) {
        assertThatThrownBy(() -> Cron.of(schedule))
                .isInstanceOf(InvalidTimetable.class)
                .hasMessageContaining(why);
    }

    /** Minute by minute, against fields that are taken apart in another way. */
    @Test
    void noTimeIsLeftOutAndNoneIsAdded() throws InvalidTimetable {
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            String schedule = random(random);
            Cron cron;
            try {
                cron = Cron.of(schedule);
            } catch (InvalidTimetable e) {
                assertThat(e).hasMessageContaining("never comes");
                continue;
            }
            LocalDateTime from = LocalDateTime.of(2024, 1, 1, 0, 0).plusMinutes(random.nextInt(2_000_000));
            LocalDateTime next = cron.next(from);
            assertThat(matches(schedule, next)).as("%s at %s", schedule, next).isTrue();
            for (LocalDateTime time = from; time.isBefore(next) && time.isBefore(from.plusDays(3)); ) {
                assertThat(matches(schedule, time))
                        .as("%s at %s", schedule, time)
                        .isFalse();
                time = time.plusMinutes(1);
            }
        }
    }

    static String random(Random random) {
        return field(random, 0, 59)
                + ' '
                + field(random, 0, 23)
                + ' '
                + field(random, 1, 31)
                + ' '
                + field(random, 1, 12)
                + ' '
                + field(random, 0, 7);
    }

    private static String field(Random random, int least, int most) {
        int first = least + random.nextInt(most - least + 1);
        int last = first + random.nextInt(most - first + 1);
        return List.of(
                        "*",
                        "*",
                        "*/" + (1 + random.nextInt(20)),
                        "" + first,
                        first + "-" + last,
                        first + "," + last,
                        first + "-" + last + "/" + (1 + random.nextInt(9)))
                .get(random.nextInt(7));
    }

    static boolean matches(String schedule, LocalDateTime time) {
        String[] fields = schedule.split(" ");
        int weekday = time.getDayOfWeek().getValue();
        boolean isOfMonth = matches(fields[2], time.getDayOfMonth(), 1, 31);
        boolean isOfWeek = matches(fields[4], weekday, 0, 7) || (weekday == 7 && matches(fields[4], 0, 0, 7));
        boolean both = fields[2].startsWith("*") || fields[4].startsWith("*");
        return matches(fields[0], time.getMinute(), 0, 59)
                && matches(fields[1], time.getHour(), 0, 23)
                && matches(fields[3], time.getMonthValue(), 1, 12)
                && (both ? isOfMonth && isOfWeek : isOfMonth || isOfWeek);
    }

    private static boolean matches(String field, int number, int least, int most) {
        for (String item : field.split(",")) {
            String range = item.replaceFirst("/.*", "").replace("*", least + "-" + most);
            int step = item.contains("/") ? Integer.parseInt(item.replaceFirst(".*/", "")) : 1;
            int first = Integer.parseInt(range.replaceFirst("-.*", ""));
            int last = Integer.parseInt(range.replaceFirst(".*-", ""));
            if (number >= first && number <= last && (number - first) % step == 0) {
                return true;
            }
        }
        return false;
    }
}
