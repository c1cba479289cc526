package io.pyjob.executor.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;
import org.apache.spark.sql.internal.SQLConf;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Makes batches on a thread of its own, some before they are asked for.
 *
 * <p>So what is upstream of a Python function runs beside what is downstream. Only the batches go from one thread to the
 * other; the worker's connection, and all that waits for results, stays with the task's.
 */
final class ReadAhead implements AutoCloseable {
    private static final String SETTING = "spark.pyjob.arrow.batchesAhead";

    /** So long may upstream take to come to the end of a batch by itself, before it is interrupted. */
    private static final long GRACE_MS = 50;

    private final int limit;
    private final Supplier<Optional<ArrowBatch>> source;
    private final Runnable arrived;
    private final Thread thread;

    // All guarded by this.
    private final Deque<ArrowBatch> waiting = new ArrayDeque<>();
    private boolean ended;
    private boolean stopped;
    private @Nullable Throwable failure;

    private ReadAhead(int limit, Supplier<Optional<ArrowBatch>> source, TaskContext context, Runnable arrived) {
        this.limit = limit;
        this.source = source;
        this.arrived = arrived;
        Map<String, String> logged = MDC.getCopyOfContextMap();
        thread = new Thread(
                () -> {
                    if (logged != null) {
                        MDC.setContextMap(logged);
                    }
                    TaskContext$.MODULE$.setTaskContext(context);
                    read();
                },
                "input of task " + context.taskAttemptId());
        thread.setDaemon(true);
    }

    /** How many batches a session lets wait; 0 if none. */
    static int allowedBy(SQLConf conf) {
        String value = conf.getConfString(SETTING, "2");
        if (!value.matches("\\d{1,4}")) {
            throw new IllegalArgumentException(
                    SETTING + " is " + value + ": it has to be a number of batches, or 0 for none");
        }
        return Integer.parseInt(value);
    }

    /**
     * Starts it. The thread has what the caller's has: the task, the loader of classes, the file that is being read.
     *
     * @param limit so many batches wait at most, and one more is being made
     * @param source gives the next batch; empty at the end
     * @param context of the task, for what is upstream
     * @param arrived is called on that thread whenever {@link #ready} has become true
     */
    static ReadAhead start(int limit, Supplier<Optional<ArrowBatch>> source, TaskContext context, Runnable arrived) {
        ReadAhead ahead = new ReadAhead(limit, source, context, arrived);
        ahead.thread.start();
        return ahead;
    }

    private void read() {
        try {
            boolean more = true;
            while (more) {
                more = add(source.get());
                arrived.run();
            }
        } catch (Throwable e) { // the task's thread throws it, when it comes to that batch
            synchronized (this) {
                failure = e;
            }
            arrived.run();
        }
    }

    /** Waits until there is room. False if there is nothing more to do. */
    private synchronized boolean add(Optional<ArrowBatch> batch) throws InterruptedException {
        if (batch.isEmpty()) {
            ended = true;
            return false;
        }
        try {
            while (waiting.size() >= limit && !stopped) {
                wait(); // for next() or close()
            }
        } catch (InterruptedException e) {
            batch.get().close();
            throw e;
        }
        if (stopped) {
            batch.get().close();
            return false;
        }
        waiting.add(batch.get());
        return true;
    }

    /** Whether there is a next one, or the end. */
    synchronized boolean ready() {
        return !waiting.isEmpty() || ended || failure != null;
    }

    /**
     * The next batch, which is the caller's; empty at the end. Throws what the source threw, after all that came before.
     * Only if it is ready.
     */
    synchronized Optional<ArrowBatch> next() {
        ArrowBatch first = waiting.poll();
        if (first != null) {
            notifyAll();
            return Optional.of(first);
        }
        if (failure != null) {
            throw Rethrown.of(failure);
        }
        if (!ended) {
            throw new IllegalStateException("no batch is ready");
        }
        return Optional.empty();
    }

    /** Waits until the thread is over: from then on nobody reads what is upstream. */
    @Override
    public void close() {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        if (Thread.currentThread() != thread) {
            join();
        }
        synchronized (this) {
            waiting.forEach(ArrowBatch::close);
            waiting.clear();
        }
    }

    private void join() {
        boolean interrupted = false;
        long grace = GRACE_MS;
        while (thread.isAlive()) {
            try {
                thread.join(grace);
            } catch (InterruptedException e) {
                interrupted = true; // the thread is still there
            }
            thread.interrupt();
            grace = TimeUnit.SECONDS.toMillis(1);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
