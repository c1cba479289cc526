package io.pyjob.api.cron;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** What one of cron's five fields counts. */
enum CronUnit {
    MINUTE("minute", 0, 59, ""),
    HOUR("hour", 0, 23, ""),
    DAY("day of the month", 1, 31, ""),
    MONTH("month", 1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
    /** 7 is Sunday, as 0 is. */
    WEEKDAY("day of the week", 0, 7, "SUN MON TUE WED THU FRI SAT");

    private final String words;
    private final int least;
    private final int most;
    private final String names;

    CronUnit(String words, int least, int most, String names) {
        this.words = words;
        this.least = least;
        this.most = most;
        this.names = names;
    }

    int least() {
        return least;
    }

    int most() {
        return most;
    }

    /** As people call it. */
    String words() {
        return words;
    }

    /** Whether {@code ?} may stand for any, as Kubernetes takes it. */
    boolean takesQuestionMark() {
        return this == DAY || this == WEEKDAY;
    }

    /** A number or a name of this unit; empty if it is neither. */
    OptionalInt number(String text) {
        int name = List.of(names.split(" ")).indexOf(text.toUpperCase(Locale.ROOT));
        if (name >= 0 && !names.isEmpty()) {
            return OptionalInt.of(least + name);
        }
        if (!text.matches("[0-9]{1,2}")) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(text);
        return number >= least && number <= most ? OptionalInt.of(number) : OptionalInt.empty();
    }

    /** What it takes, for messages. */
    String range() {
        String numbers = least + " to " + most;
        return names.isEmpty() ? numbers : numbers + " and " + names.replace(" ", ", ");
    }
}
