package io.pyjob.e2e;

import static org.junit.jupiter.api.Assumptions.abort;

import java.util.regex.Pattern;

/** Skips a test whose packages cannot be fetched from here, and says so. */
final class Reach {
    private static final Pattern OUT_OF_REACH =
            Pattern.compile("(?i)timed out|refused|unreachable|connection broken|name resolution|server access error");

    private Reach() {}

    static void skipIfNone(String test, PyJob.Ended run) {
        if (run.code() != 0
                && run.err().contains("cannot be resolved")
                && OUT_OF_REACH.matcher(run.err()).find()) {
            System.err.println(test + " IS SKIPPED: its packages cannot be reached from here");
            abort("its packages cannot be reached from here: " + run.err());
        }
    }
}
