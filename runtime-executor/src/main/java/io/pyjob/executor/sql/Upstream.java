package io.pyjob.executor.sql;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;
import org.apache.spark.internal.config.package$;
import org.jspecify.annotations.Nullable;

/**
 * What a Python function's input comes from, in one task.
 *
 * <p>It may run on a thread of its own, {@linkplain ReadAhead ahead} of what asks for it.
 */
final class Upstream {
    private final TaskContext task;
    private final @Nullable UpstreamContext watched;

    private Upstream(TaskContext task, @Nullable UpstreamContext watched) {
        this.task = task;
        this.watched = watched;
    }

    /** Of a task; Spark asks of which class the context is that a barrier stage has, so that one gets no other. */
    static Upstream of(TaskContext task) {
        return new Upstream(task, task instanceof BarrierTaskContext ? null : new UpstreamContext(task));
    }

    /** The task, as downstream sees it. */
    TaskContext task() {
        return task;
    }

    /** The task, as upstream sees it. */
    TaskContext context() {
        return watched != null ? watched : task;
    }

    /** Runs some of it on the task's own thread, such as what sets it up. */
    <T> T begin(Supplier<T> setUp) {
        TaskContext$.MODULE$.setTaskContext(context());
        try {
            return setUp.get();
        } finally {
            TaskContext$.MODULE$.setTaskContext(task);
        }
    }

    /** How many batches may wait, of those that a session allows: none where each core has a task of its own. */
    int ahead(int allowed) {
        SparkConf conf = SparkEnv.get().conf();
        int tasks = (int) conf.get(package$.MODULE$.EXECUTOR_CORES()) / task.cpus();
        return watched != null && Runtime.getRuntime().availableProcessors() > tasks ? allowed : 0;
    }

    /** Goes on with it on another thread. */
    ReadAhead readAhead(int limit, Supplier<Optional<ArrowBatch>> source, Runnable arrived) {
        ReadAhead ahead = ReadAhead.start(limit, source, context(), arrived);
        if (watched != null) {
            watched.stopBy(ahead::close);
        }
        return ahead;
    }

    /** Waits until no other thread reads it any more. */
    void stop() {
        if (watched != null) {
            watched.stop();
        }
    }
}
