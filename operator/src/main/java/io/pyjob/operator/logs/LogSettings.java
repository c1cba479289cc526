package io.pyjob.operator.logs;

/** How to log. */
public record LogSettings(Format format, Level level) {
    /** What a line of the log is. */
    public enum Format {
        /** A JSON object. */
        JSON,
        /** Words for people. */
        TEXT
    }

    /** From which level on things are logged. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** From the words of the configuration: json or text, and a level. */
    public static LogSettings of(String format, String level) {
        return new LogSettings(format.equals("text") ? Format.TEXT : Format.JSON, Level.valueOf(level));
    }
}
