package io.pyjob.driver;

import io.pyjob.executor.pod.PodLog;
import java.time.Duration;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import scala.Option;

/** The SparkContext that a script left open: it need not call {@code spark.stop()}. */
final class ActiveSparkContext {
    private ActiveSparkContext() {}

    /** Stops it, if there is one; gives up on a stop that hangs, because the JVM ends next. */
    static void stop(Duration limit) {
        Thread stop = new Thread(
                () -> {
                    Option<SparkContext> context = SparkContext$.MODULE$.getActive();
                    if (context.isDefined()) {
                        context.get().stop();
                    }
                },
                "pyjob-spark-stop");
        stop.setDaemon(true);
        stop.start();
        try {
            stop.join(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (stop.isAlive()) {
            PodLog.say("Spark has not stopped within " + limit.toSeconds() + " s: ending without waiting for it");
            // Not exit: Spark's shutdown hooks would wait for the same again.
            Runtime.getRuntime().halt(0);
        }
    }
}
