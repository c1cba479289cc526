package io.pyjob.driver.report;

/** What happens once on the way of a driver and its script, or is told of only the first time. */
public enum Moment {
    /** This JVM has booted. */
    JVM("jvm"),
    /** A script can reach it. */
    GATEWAY("gateway"),
    /** The script has. */
    SCRIPT("script"),
    /** The script has a SparkContext. */
    SESSION("session"),
    /** An executor has registered. */
    EXECUTOR("executor"),
    /** As many executors as are wanted have registered. */
    EXECUTORS("executors"),
    /** A task was handed out. */
    TASK("task"),
    /** A task got its Python worker. */
    PYTHON_TASK("pythonTask"),
    /** The script has ended. */
    SCRIPT_END("scriptEnd");

    private final String field;

    Moment(String field) {
        this.field = field;
    }

    /** Its name in a report. */
    String field() {
        return field;
    }
}
