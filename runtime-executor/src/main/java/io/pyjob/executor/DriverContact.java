package io.pyjob.executor;

import io.pyjob.executor.pod.Failures;
import io.pyjob.executor.pod.PodLog;
import io.pyjob.executor.pod.StartFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.apache.spark.SecurityManager;
import org.apache.spark.SecurityManager$;
import org.apache.spark.SparkConf;
import org.apache.spark.rpc.RpcEnv;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Waits until the driver takes executors.
 *
 * <p>Executors start together with the driver, so being early is the normal case and must be quiet, cheap, and noticed
 * within milliseconds. Spark's own executor tries three times in a row and then gives up.
 */
final class DriverContact {
    private static final int PROBE_TIMEOUT_MILLIS = 1000;
    private static final long RETRY_MILLIS = 50;
    private static final long SLOWEST_RETRY_MILLIS = 1000;

    private final ExecutorConfig config;
    private final long deadline;

    private DriverContact(ExecutorConfig config) {
        this.config = config;
        this.deadline = System.nanoTime() + config.driverWait().toNanos();
    }

    /**
     * Returns once the driver's scheduler can be asked.
     *
     * @throws StartFailure if that takes too long
     */
    static void await(ExecutorConfig config) {
        DriverContact contact = new DriverContact(config);
        // Made while the driver is not there yet: it loads the classes that the executor needs next.
        SparkConf conf = new SparkConf();
        SecurityManager security =
                new SecurityManager(conf, Option.empty(), SecurityManager$.MODULE$.$lessinit$greater$default$3());
        RpcEnv rpc = RpcEnv.create(
                "pyjobDriverContact", config.podAddress(), config.podAddress(), -1, conf, security, 0, true);
        try {
            contact.awaitPort();
            contact.awaitScheduler(rpc);
        } finally {
            rpc.shutdown();
        }
    }

    /** Spark's RPC logs each refused connection, so a plain connection asks first. */
    private void awaitPort() {
        boolean told = false;
        long started = System.nanoTime();
        @Nullable IOException last = null;
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(config.driverHost(), config.driverPort()), PROBE_TIMEOUT_MILLIS);
                return;
            } catch (IOException e) {
                last = e;
            }
            if (!told && System.nanoTime() - started > 5_000_000_000L) {
                told = true;
                PodLog.say("waiting for the driver at " + config.driver());
            }
            pause(RETRY_MILLIS);
        }
        throw tooLate("nothing listens there", last);
    }

    /** The driver listens some 100 ms before its scheduler takes executors. */
    private void awaitScheduler(RpcEnv rpc) {
        @Nullable RuntimeException last = null;
        long pause = RETRY_MILLIS;
        while (System.nanoTime() < deadline) {
            try {
                rpc.setupEndpointRefByURI(config.driverUrl());
                return;
            } catch (RuntimeException e) {
                last = e;
            } catch (Exception e) {
                // Spark's Scala throws checked exceptions that Java's compiler does not know of.
                last = new RuntimeException(e);
            }
            pause(pause);
            pause = Math.min(SLOWEST_RETRY_MILLIS, pause + pause / 4);
        }
        throw tooLate("it listens, but takes no executors", last);
    }

    private StartFailure tooLate(String how, @Nullable Exception cause) {
        return new StartFailure(
                "the driver at " + config.driver() + " was not there within "
                        + config.driverWait().toSeconds() + " s (" + how
                        + "); see the log of the driver pod's jvm container"
                        + (cause == null ? "" : ": " + Failures.rootCause(cause)),
                cause);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted while waiting for the driver", e);
        }
    }
}
