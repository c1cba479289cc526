package io.pyjob.api.cron;

import io.pyjob.api.cron.InvalidTimetable.Field;

/**
 * The numbers that one field of cron stands for.
 *
 * @param bits one for each number
 * @param isStarred whether it begins with a star, be it one with a step: cron makes a difference
 */
record CronField(long bits, boolean isStarred) {

    static CronField of(String text, CronUnit unit) throws InvalidTimetable {
        long bits = 0;
        for (String item : text.split(",", -1)) {
            bits |= item(item, unit);
        }
        if (unit == CronUnit.WEEKDAY) {
            bits = (bits | bits >>> 7) & 0x7f;
        }
        return new CronField(bits, text.startsWith("*") || text.startsWith("?"));
    }

    boolean has(int number) {
        return (bits >>> number & 1) == 1;
    }

    /** The least number that is at least {@code from}; -1 if there is none. */
    int from(int from) {
        long rest = from < Long.SIZE ? bits >>> from : 0;
        return rest == 0 ? -1 : from + Long.numberOfTrailingZeros(rest);
    }

    /** A number, two with a dash between them, or a star; any with a step. */
    private static long item(String item, CronUnit unit) throws InvalidTimetable {
        String[] parts = item.split("/", -1);
        if (parts.length > 2) {
            throw fault(unit, "\"" + item + "\" has two steps");
        }
        int step = parts.length == 1 ? 1 : step(parts[1], unit);
        int first = unit.least();
        int last = unit.most();
        if (!parts[0].equals("*") && !(parts[0].equals("?") && unit.takesQuestionMark())) {
            String[] ends = parts[0].split("-", -1);
            if (ends.length > 2) {
                throw fault(unit, "\"" + item + "\" is no range");
            }
            first = number(ends[0], unit);
            // One number with a step goes on to the end, as Kubernetes takes it.
            last = ends.length == 2 ? end(ends[1], first, unit) : parts.length == 2 ? last : first;
            if (last < first) {
                throw fault(
                        unit,
                        "the range " + parts[0] + " ends before it begins: write " + ends[0] + '-' + unit.most() + ','
                                + unit.least() + '-' + ends[1]);
            }
        }
        long bits = 0;
        for (int number = first; number <= last; number += step) {
            bits |= 1L << number;
        }
        return bits;
    }

    /** The end of a range; a week may end on Sunday. */
    private static int end(String text, int first, CronUnit unit) throws InvalidTimetable {
        int end = number(text, unit);
        return unit == CronUnit.WEEKDAY && end == 0 && first > 0 ? unit.most() : end;
    }

    private static int number(String text, CronUnit unit) throws InvalidTimetable {
        return unit.number(text)
                .orElseThrow(() -> fault(
                        unit,
                        (text.isEmpty() ? "a number is missing" : "\"" + text + "\" is none of " + unit.range())));
    }

    private static int step(String text, CronUnit unit) throws InvalidTimetable {
        if (!text.matches("[1-9][0-9]?")) {
            throw fault(unit, "\"/" + text + "\" is no step: write a number from 1 to 99");
        }
        return Integer.parseInt(text);
    }

    private static InvalidTimetable fault(CronUnit unit, String message) {
        return new InvalidTimetable(Field.schedule, unit.words() + ": " + message);
    }
}
