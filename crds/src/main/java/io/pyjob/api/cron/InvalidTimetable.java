package io.pyjob.api.cron;

/** A schedule or a time zone that has no times. */
public final class InvalidTimetable extends Exception {
    private final Field field;

    /** The field of a schedule's spec that is wrong. */
    public enum Field {
        schedule,
        timeZone
    }

    InvalidTimetable(Field field, String message) {
        super(message);
        this.field = field;
    }

    public Field field() {
        return field;
    }

    /** What is wrong, to be read after the field's name. */
    public String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
