package io.pyjob.executor.python;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.sql.util.ArrowUtils;

/** The figures of Python workers in Spark's own metrics system, for whatever sinks a job has set. */
public record PythonSource(SidecarPool pool, MetricRegistry metricRegistry) implements Source {
    /** Causes of ends; one that a later pool may have is not here, but in the Prometheus page. */
    private static final String[] CAUSES = {
        "workerMemory", "containerMemory", "killed", "crashed", "exited", "signalled", "stopped", "ended"
    };

    static PythonSource of(SidecarPool pool) {
        PythonSource source = new PythonSource(pool, new MetricRegistry());
        source.gauge("workers.idle", () -> pool.figures().idle());
        source.gauge("workers.busy", () -> pool.figures().busy());
        source.gauge("workers.forked", () -> pool.figures().forked());
        for (String cause : CAUSES) {
            source.gauge("workers.ended." + cause, () -> pool.figures().ended().getOrDefault(cause, 0L));
        }
        source.gauge("pool.restarts", () -> pool.figures().restarts());
        source.gauge("queue.waiting", () -> pool.figures().waiting());
        source.gauge("queue.waited", () -> pool.figures().waited());
        source.gauge("queue.waitedSeconds", () -> pool.figures().waitedSeconds());
        source.gauge("tasks", () -> pool.figures().tasks());
        source.gauge("acquireSeconds", () -> pool.figures().acquireSeconds());
        source.gauge("memory.resident", () -> pool.figures().rss());
        source.gauge("memory.container", () -> pool.figures().usage().orElse(-1));
        source.gauge("memory.limit", () -> pool.figures().limit().orElse(-1));
        source.gauge("memory.arrow", PythonSource::arrowBytes);
        source.gauge("preload.seconds", () -> pool.figures().preloadSeconds());
        source.gauge("preload.failed", () -> pool.figures().preloadFailed());
        return source;
    }

    /** What batches on their way to and from workers take outside of the heap. Zero when there is no task with any. */
    public static long arrowBytes() {
        return ArrowUtils.rootAllocator().getAllocatedMemory();
    }

    private void gauge(String name, Gauge<? extends Number> value) {
        metricRegistry.register(name, value);
    }

    @Override
    public String sourceName() {
        return "pyjob.python";
    }
}
