package io.pyjob.driver.scheduler;

import io.pyjob.driver.report.LiveReport;
import io.pyjob.executor.pod.PodDirectory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster manager needs of the JVM that it runs in.
 *
 * <p>The one static of the driver: Spark makes the cluster manager by itself, through a ServiceLoader, and offers no way
 * to hand it anything. Set once by main, before a script can make a SparkContext. Touches no class of Spark's, because main
 * uses it before it can afford to load those.
 *
 * @param pod the pod's volume
 * @param address where executors expect Spark's RPC
 * @param port and at which port
 * @param report what to tell the operator
 */
public record RunningDriver(PodDirectory pod, String address, int port, LiveReport report) {
    private static final AtomicReference<@Nullable RunningDriver> CURRENT = new AtomicReference<>();

    /** Makes this the driver of this JVM. */
    public void set() {
        CURRENT.set(this);
    }

    static RunningDriver get() {
        RunningDriver current = CURRENT.get();
        if (current == null) {
            throw new IllegalStateException(
                    "the master pyjob:// can only be used in a driver that PyJob has started: run the script as a PyJob");
        }
        return current;
    }
}
