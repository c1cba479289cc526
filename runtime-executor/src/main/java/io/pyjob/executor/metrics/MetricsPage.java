package io.pyjob.executor.metrics;

import io.pyjob.executor.python.PoolFigures;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Figures in the text form of Prometheus, version 0.0.4. Pure. By hand, because a library for these few lines would be another
 * jar, with its start, in every image and archive.
 */
final class MetricsPage {
    /** Always there, so that a rate has something to start from. */
    private static final Set<String> CAUSES =
            Set.of("workerMemory", "containerMemory", "killed", "crashed", "exited", "signalled", "stopped", "ended");

    private final StringBuilder text = new StringBuilder(4096);

    private MetricsPage() {}

    /**
     * @param heapUsed what this JVM's heap holds, in bytes
     * @param heapMax what it may hold
     * @param arrow what Arrow has outside of the heap
     */
    static String of(PoolFigures python, long heapUsed, long heapMax, long arrow) {
        MetricsPage page = new MetricsPage();
        page.head("pyjob_python_workers", "gauge", "Python workers, by whether they have a task");
        page.line("pyjob_python_workers", "state", "idle", python.idle());
        page.line("pyjob_python_workers", "state", "busy", python.busy());
        page.one("pyjob_python_workers_forked_total", "counter", "Python workers started", python.forked());
        page.head("pyjob_python_workers_ended_total", "counter", "Python workers that have ended, by cause");
        Map<String, Long> ended = new TreeMap<>(python.ended());
        CAUSES.forEach(cause -> ended.putIfAbsent(cause, 0L));
        ended.forEach((cause, count) -> page.line("pyjob_python_workers_ended_total", "cause", cause, count));
        page.one("pyjob_python_pool_restarts_total", "counter", "Pools that began anew", python.restarts());
        page.one("pyjob_python_queue_waiting", "gauge", "Requests that wait for a worker", python.waiting());
        page.one("pyjob_python_queue_waits_total", "counter", "Requests that had to wait", python.waited());
        page.one(
                "pyjob_python_queue_wait_seconds_total",
                "counter",
                "How long requests waited for a worker in the pool",
                python.waitedSeconds());
        page.head("pyjob_python_acquire_seconds", "summary", "From a task's wish for a worker until it has one");
        page.line("pyjob_python_acquire_seconds_sum", python.acquireSeconds());
        page.line("pyjob_python_acquire_seconds_count", python.tasks());
        page.one("pyjob_python_tasks_total", "counter", "Tasks that were given a worker", python.tasks());
        page.one("pyjob_python_memory_bytes", "gauge", "Resident memory of pool and workers", python.rss());
        if (python.usage().isPresent()) {
            page.one(
                    "pyjob_python_container_memory_bytes",
                    "gauge",
                    "Memory that the Python container uses",
                    python.usage().getAsLong());
        }
        if (python.limit().isPresent()) {
            page.one(
                    "pyjob_python_container_memory_limit_bytes",
                    "gauge",
                    "Memory that the Python container may use",
                    python.limit().getAsLong());
        }
        page.one("pyjob_python_preload_seconds", "gauge", "How long the imports ahead took", python.preloadSeconds());
        page.one("pyjob_python_preload_failed", "gauge", "Modules that failed to import", python.preloadFailed());
        page.one("pyjob_executor_heap_bytes", "gauge", "Heap that the executor's JVM uses", heapUsed);
        page.one("pyjob_executor_heap_max_bytes", "gauge", "Heap that the executor's JVM may use", heapMax);
        page.one("pyjob_executor_arrow_bytes", "gauge", "Batches of Arrow that the executor's JVM has", arrow);
        return page.text.toString();
    }

    private void one(String name, String type, String help, Number value) {
        head(name, type, help);
        line(name, value);
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void line(String name, Number value) {
        text.append(name).append(' ').append(value).append('\n');
    }

    private void line(String name, String label, String labelValue, Number value) {
        text.append(name).append('{').append(label).append("=\"").append(escaped(labelValue));
        text.append("\"} ").append(value).append('\n');
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
