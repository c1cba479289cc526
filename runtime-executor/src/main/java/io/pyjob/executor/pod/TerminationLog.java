package io.pyjob.executor.pod;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where a container that fails leaves one message for a person; Kubernetes copies it into the container's status.
 *
 * <p>The first line is one sentence, details follow. The latest message wins.
 */
public record TerminationLog(Path file) {
    /** Kubernetes cuts at this many bytes. */
    static final int LIMIT = 4096;

    public static TerminationLog of(Environment environment) {
        return new TerminationLog(
                Path.of(environment.optional("PYJOB_TERMINATION_LOG").orElse("/dev/termination-log")));
    }

    /** Writes the message, to the container's log too. Never throws: it is the last thing that a failing JVM does. */
    public void write(String message) {
        PodLog.say(message);
        try {
            Files.write(file, cut(message));
        } catch (IOException e) {
            PodLog.say("no termination message could be written to " + file + ": " + Failures.reason(e));
        }
    }

    /** The message for what ended the JVM: a start failure in its own words, anything else with its stack. */
    public void write(Throwable failure) {
        write(describe(failure));
    }

    static String describe(Throwable failure) {
        if (failure instanceof StartFailure) {
            return String.valueOf(failure.getMessage());
        }
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString().stripTrailing();
    }

    /** At most {@link #LIMIT} bytes of UTF-8, never half a character. */
    static byte[] cut(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LIMIT) {
            return bytes;
        }
        int end = LIMIT;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}
