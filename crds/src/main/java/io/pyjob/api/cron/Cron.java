package io.pyjob.api.cron;

import io.pyjob.api.cron.InvalidTimetable.Field;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Map;

/**
 * Times of local calendars and clocks, as crontab(5) has them: minute, hour, day of the month, month, day of the week. If
 * neither of the two kinds of days begins with a star, a day is one of either kind, else it has to be of both.
 */
record Cron(CronField minutes, CronField hours, CronField days, CronField months, CronField weekdays) {
    private static final Map<String, String> NAMED = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    /** In as many years as these, each day of a year is each day of the week, and 29 February too. */
    private static final LocalDate SAMPLE_BEGIN = LocalDate.of(2000, 1, 1);

    private static final int SAMPLE_YEARS = 41;

    static Cron of(String text) throws InvalidTimetable {
        String plain = NAMED.getOrDefault(text.toLowerCase(Locale.ROOT), text);
        String[] fields = plain.split("[ \\t]+", -1);
        if (fields.length != 5 || plain.startsWith("@")) {
            throw new InvalidTimetable(Field.schedule, shape(plain, fields.length));
        }
        Cron cron = new Cron(
                CronField.of(fields[0], CronUnit.MINUTE),
                CronField.of(fields[1], CronUnit.HOUR),
                CronField.of(fields[2], CronUnit.DAY),
                CronField.of(fields[3], CronUnit.MONTH),
                CronField.of(fields[4], CronUnit.WEEKDAY));
        if (!cron.comes()) {
            throw new InvalidTimetable(
                    Field.schedule, "\"" + text + "\" never comes: no such month has that day of the month");
        }
        return cron;
    }

    private static String shape(String text, int fields) {
        String wanted =
                "write five fields, minute, hour, day of the month, month and day of the week, as in 0 2 * * 1-5";
        if (text.toUpperCase(Locale.ROOT).matches("(CRON_)?TZ=.*")) {
            return "has a time zone: write that as spec.timeZone";
        }
        if (text.startsWith("@every")) {
            return "has no @every, which drifts: " + wanted + ", or */10 * * * * for every ten minutes";
        }
        if (text.startsWith("@")) {
            return "\"" + text + "\" is none of @hourly, @daily, @weekly, @monthly and @yearly; or " + wanted;
        }
        if (!text.equals(text.strip())) {
            return "begins or ends with a space: " + wanted;
        }
        return "has " + fields + (fields == 1 ? " field: " : " fields: ") + wanted
                + (fields == 6 ? "; there are no seconds" : "");
    }

    /** The first of these times that is not before {@code from}, a whole minute. */
    LocalDateTime next(LocalDateTime from) {
        LocalDate today = from.toLocalDate();
        if (isOn(today)) {
            for (int hour = hours.from(from.getHour()); hour >= 0; hour = hours.from(hour + 1)) {
                int minute = minutes.from(hour == from.getHour() ? from.getMinute() : 0);
                if (minute >= 0) {
                    return today.atTime(hour, minute);
                }
            }
        }
        return nextDay(today.plusDays(1)).atTime(hours.from(0), minutes.from(0));
    }

    /** Whether these are times of day, and not every so many minutes or hours: crontab(5) makes this difference. */
    boolean isTimeOfDay() {
        return !minutes.isStarred() && !hours.isStarred();
    }

    private boolean comes() {
        LocalDate end = SAMPLE_BEGIN.plusYears(SAMPLE_YEARS);
        return SAMPLE_BEGIN.datesUntil(end).anyMatch(this::isOn);
    }

    private LocalDate nextDay(LocalDate from) {
        LocalDate day = from;
        while (!isOn(day)) {
            day = months.has(day.getMonthValue())
                    ? day.plusDays(1)
                    : day.withDayOfMonth(1).plusMonths(1);
        }
        return day;
    }

    private boolean isOn(LocalDate day) {
        if (!months.has(day.getMonthValue())) {
            return false;
        }
        boolean isOfMonth = days.has(day.getDayOfMonth());
        boolean isOfWeek = weekdays.has(day.getDayOfWeek().getValue() % 7);
        return (days.isStarred() || weekdays.isStarred()) ? isOfMonth && isOfWeek : isOfMonth || isOfWeek;
    }
}
