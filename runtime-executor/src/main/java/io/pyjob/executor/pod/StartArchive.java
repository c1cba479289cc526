package io.pyjob.executor.pod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The class-data archive that this JVM was to start from.
 *
 * <p>A JVM whose archive does not fit starts all the same, seconds later, and says nothing of it. An archive that is in use
 * is mapped into memory, so Linux knows.
 */
public final class StartArchive {
    /** Stands beside the JVM's own option, which a program cannot ask for without loading much else. */
    private static final String PROPERTY = "pyjob.startArchive";

    private static final Path MAPS = Path.of("/proc/self/maps");

    private StartArchive() {}

    /** Says so if it is not in use. */
    public static void check() {
        try (Stream<String> maps = Files.lines(MAPS)) {
            complaint(System.getProperty(PROPERTY), maps, Runtime.version().toString())
                    .ifPresent(PodLog::say);
        } catch (IOException e) {
            PodLog.say("whether the start-up archive is in use is not known: " + e);
        }
    }

    /**
     * What is wrong; empty if nothing is, or there is no archive.
     *
     * @param maps as in Linux' /proc/PID/maps
     */
    static Optional<String> complaint(@Nullable String archive, Stream<String> maps, String version) {
        if (archive == null || maps.anyMatch(line -> line.endsWith(" " + archive))) {
            return Optional.empty();
        }
        return Optional.of("the start-up archive " + archive + " is not in use, so this JVM (" + version
                + ") starts more slowly. An archive holds for the very JVM, class path and jars that it was made with;"
                + " -Xlog:cds in the Java options says what differs");
    }
}
