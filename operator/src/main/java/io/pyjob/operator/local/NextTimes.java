package io.pyjob.operator.local;

import io.pyjob.api.PyJobSchedule;
import io.pyjob.api.cron.InvalidTimetable;
import io.pyjob.api.cron.Timetable;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The next times of a schedule in words, so that who wrote it sees what it means. */
final class NextTimes {
    private static final int TIMES = 3;
    private static final DateTimeFormatter WORDS =
            DateTimeFormatter.ofPattern("EEEE d MMMM uuuu 'at' HH:mm", Locale.ENGLISH);

    private NextTimes() {}

    static String words(PyJobSchedule schedule, Instant now) {
        try {
            Timetable timetable = Timetable.of(
                    schedule.getSpec().schedule(), schedule.getSpec().timeZone());
            String times = Stream.iterate(timetable.next(now), timetable::next)
                    .limit(TIMES)
                    .map(time -> WORDS.format(time.atZone(timetable.zone())))
                    .collect(Collectors.joining(", "));
            String suspended = schedule.getSpec().suspend() ? "; it is suspended" : "";
            return "next on " + times + " (" + timetable.zone() + ')' + suspended;
        } catch (InvalidTimetable e) {
            throw new IllegalArgumentException("a schedule is looked at before its times are told", e);
        }
    }
}
