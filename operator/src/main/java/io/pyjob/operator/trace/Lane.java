package io.pyjob.operator.trace;

/** Where something happens. In each lane one thing follows the other. */
enum Lane {
    JOB("job", "#5b6470", 37),
    DRIVER_POD("driver's pod", "#8a63d2", 35),
    DRIVER_JVM("driver's JVM", "#2f6fd0", 34),
    SCRIPT("script", "#2c9a5b", 32),
    FIRST_EXECUTOR("first executor", "#d9822b", 33),
    LAST_EXECUTOR("last executor", "#c2463a", 31);

    private final String title;
    private final String colour;
    private final int ansi;

    Lane(String title, String colour, int ansi) {
        this.title = title;
        this.colour = colour;
        this.ansi = ansi;
    }

    String title() {
        return title;
    }

    /** In pictures. */
    String colour() {
        return colour;
    }

    /** On terminals: the number of ECMA-48's foreground colour. */
    int ansi() {
        return ansi;
    }
}
