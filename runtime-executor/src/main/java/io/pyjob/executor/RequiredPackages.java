package io.pyjob.executor;

import io.pyjob.executor.pod.Failures;
import io.pyjob.executor.pod.PodDirectory;
import io.pyjob.executor.pod.PodLog;
import io.pyjob.executor.pod.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Python packages that the job requires, as this pod's Python container has them: {@code name==version} each. An executor
 * takes no task before they are there, and none if the driver has others: functions and data go from one to the other.
 */
record RequiredPackages(Set<String> versions) {
    /** What the driver has, separated by commas. Its script's side sets it. */
    static final String OF_DRIVER = "spark.pyjob.python.packages";

    private static final long LOOK_MILLIS = 20;
    private static final long QUIET_NANOS = 5_000_000_000L;

    RequiredPackages {
        versions = Set.copyOf(versions);
    }

    /**
     * Waits until they are installed.
     *
     * @throws StartFailure with the Python container's own words if they cannot be, or if that takes too long
     */
    static RequiredPackages await(PodDirectory pod, Duration limit) {
        long started = System.nanoTime();
        boolean told = false;
        while (System.nanoTime() - started < limit.toNanos()) {
            if (Files.exists(pod.packagesFile())) {
                return new RequiredPackages(Set.copyOf(lines(pod.packagesFile())));
            }
            if (Files.exists(pod.noPackagesFile())) {
                throw new StartFailure(String.join("\n", lines(pod.noPackagesFile())));
            }
            if (!told && System.nanoTime() - started > QUIET_NANOS) {
                told = true;
                PodLog.say("waiting for the packages of spec.python: see the log of the python container");
            }
            pause();
        }
        throw new StartFailure("the packages of spec.python were not there within " + limit.toSeconds()
                + " s; see the log of the python container");
    }

    /**
     * Compares with what the driver has.
     *
     * @throws StartFailure that names what differs
     */
    void compare(String ofDriver) {
        Set<String> driver =
                Stream.of(ofDriver.split(",")).filter(each -> !each.isBlank()).collect(Collectors.toSet());
        if (driver.isEmpty()) {
            return; // its script has made a SparkContext in a way that does not tell
        }
        Set<String> here = new TreeSet<>(versions);
        here.removeAll(driver);
        Set<String> there = new TreeSet<>(driver);
        there.removeAll(versions);
        if (!here.isEmpty() || !there.isEmpty()) {
            throw new StartFailure("this executor has other Python packages than the driver: " + named(here)
                    + " here, " + named(there) + " there. Pin the versions in spec.python.requirements: what the"
                    + " driver has is in its python container's log");
        }
    }

    private static String named(Set<String> packages) {
        return packages.isEmpty() ? "none of them" : String.join(", ", packages);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new StartFailure(file + " cannot be read: " + Failures.reason(e), e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted while waiting for the packages of spec.python", e);
        }
    }
}
