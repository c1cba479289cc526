package io.pyjob.operator.health;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds what the operator cannot get out of by itself. */
public final class Liveness {
    /** Each request to the API server has a time limit, and so has what is made of them. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Supplier<Optional<Duration>> longest;

    /**
     * @param longest for how long the oldest work on a job has been going on
     */
    public Liveness(Supplier<Optional<Duration>> longest) {
        this.longest = longest;
    }

    /** What is stuck, if something is. */
    public Optional<String> stuck() {
        long[] deadlocked = threads.findDeadlockedThreads();
        if (deadlocked != null) {
            return Optional.of(deadlocked.length + " threads wait for each other");
        }
        return longest.get()
                .filter(time -> time.compareTo(LONGEST) > 0)
                .map(time -> "work on a job has been going on for " + time.toSeconds() + " s");
    }
}
