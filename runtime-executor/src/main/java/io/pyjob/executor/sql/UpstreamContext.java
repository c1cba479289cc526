package io.pyjob.executor.sql;

import java.io.Closeable;
import java.io.IOException;
import java.util.Properties;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.memory.TaskMemoryManager;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.shuffle.FetchFailedException;
import org.apache.spark.util.AccumulatorV2;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskFailureListener;
import org.apache.spark.util.TaskInterruptListener;
import scala.Function0;
import scala.Option;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction0;

/**
 * A task's context for what is upstream of a Python function, and may run on a thread of its own.
 *
 * <p>At the end of a task, Spark calls its listeners, the last one first. A file's reader that upstream opened late would be
 * closed before our own listener is called, and while the other thread reads from it: then decompressors go back to their
 * pool, and memory is freed, that are in use. So whatever listener comes from upstream first has that thread stopped.
 */
final class UpstreamContext extends TaskContext {
    private static final long serialVersionUID = 1;

    private final transient TaskContext task;
    private transient volatile Runnable stop = () -> {};
    private transient volatile boolean stopped;

    UpstreamContext(TaskContext task) {
        this.task = task;
    }

    /** From now on this is what stops the thread. It is called more than once. */
    void stopBy(Runnable stop) {
        this.stop = stop;
    }

    /** Waits until the thread is over, if there is one. From now on upstream is told that the task is. */
    void stop() {
        stopped = true;
        stop.run();
    }

    @Override
    public TaskContext addTaskCompletionListener(TaskCompletionListener listener) {
        TaskCompletionListener afterStop = context -> {
            stop();
            listener.onTaskCompletion(context);
        };
        task.addTaskCompletionListener(afterStop);
        return this;
    }

    @Override
    public TaskContext addTaskFailureListener(TaskFailureListener listener) {
        TaskFailureListener afterStop = (context, error) -> {
            stop();
            listener.onTaskFailure(context, error);
        };
        task.addTaskFailureListener(afterStop);
        return this;
    }

    /** This one tells running threads, and so is called at once. */
    @Override
    public TaskContext addTaskInterruptListener(TaskInterruptListener listener) {
        task.addTaskInterruptListener(listener);
        return this;
    }

    @Override
    public <T extends Closeable> T createResourceUninterruptibly(Function0<T> builder) {
        return task.createResourceUninterruptibly(new AbstractFunction0<ClosedAfterStop<T>>() {
                    @Override
                    public ClosedAfterStop<T> apply() {
                        return new ClosedAfterStop<>(UpstreamContext.this, builder.apply());
                    }
                })
                .resource();
    }

    private record ClosedAfterStop<T extends Closeable>(UpstreamContext upstream, T resource) implements Closeable {
        @Override
        public void close() throws IOException {
            upstream.stop();
            resource.close();
        }
    }

    /** This is asked again and again by what reads files or computes, and so ends it soon. */
    @Override
    public void killTaskIfInterrupted() {
        if (stopped) {
            throw new TaskKilledException("nobody waits for this input any more");
        }
        task.killTaskIfInterrupted();
    }

    // All else is the task's.

    @Override
    public boolean isCompleted() {
        return task.isCompleted();
    }

    @Override
    public boolean isFailed() {
        return task.isFailed();
    }

    @Override
    public boolean isInterrupted() {
        return task.isInterrupted();
    }

    @Override
    public int stageId() {
        return task.stageId();
    }

    @Override
    public int stageAttemptNumber() {
        return task.stageAttemptNumber();
    }

    @Override
    public int partitionId() {
        return task.partitionId();
    }

    @Override
    public int numPartitions() {
        return task.numPartitions();
    }

    @Override
    public int attemptNumber() {
        return task.attemptNumber();
    }

    @Override
    public long taskAttemptId() {
        return task.taskAttemptId();
    }

    @Override
    public String getLocalProperty(String key) {
        return task.getLocalProperty(key);
    }

    @Override
    public int cpus() {
        return task.cpus();
    }

    @Override
    public Map<String, ResourceInformation> resources() {
        return task.resources();
    }

    @Override
    public java.util.Map<String, ResourceInformation> resourcesJMap() {
        return task.resourcesJMap();
    }

    @Override
    public TaskMetrics taskMetrics() {
        return task.taskMetrics();
    }

    @Override
    public Seq<Source> getMetricsSources(String sourceName) {
        return task.getMetricsSources(sourceName);
    }

    @Override
    public Option<String> getKillReason() {
        return task.getKillReason();
    }

    @Override
    public TaskMemoryManager taskMemoryManager() {
        return task.taskMemoryManager();
    }

    @Override
    public void registerAccumulator(AccumulatorV2<?, ?> accumulator) {
        task.registerAccumulator(accumulator);
    }

    @Override
    public void setFetchFailed(FetchFailedException failure) {
        task.setFetchFailed(failure);
    }

    @Override
    public void markInterrupted(String reason) {
        task.markInterrupted(reason);
    }

    @Override
    public void markTaskFailed(Throwable error) {
        task.markTaskFailed(error);
    }

    @Override
    public void markTaskCompleted(Option<Throwable> error) {
        task.markTaskCompleted(error);
    }

    @Override
    public Option<Throwable> getTaskFailure() {
        return task.getTaskFailure();
    }

    @Override
    public Option<FetchFailedException> fetchFailed() {
        return task.fetchFailed();
    }

    @Override
    public Properties getLocalProperties() {
        return task.getLocalProperties();
    }

    @Override
    public boolean interruptible() {
        return task.interruptible();
    }

    @Override
    public void pendingInterrupt(Option<Thread> threadToInterrupt, String reason) {
        task.pendingInterrupt(threadToInterrupt, reason);
    }
}
