package io.pyjob.executor.pod;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * Our own few lines in a container's log: moments that whoever reads it wants to see.
 *
 * <p>Not through log4j: the first lines come before Spark's logging is up, and starting that takes longer than all
 * that we do until then.
 */
public final class PodLog {
    private PodLog() {}

    public static void say(String line) {
        System.err.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS) + " PyJob: " + line);
    }
}
