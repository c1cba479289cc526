package io.pyjob.executor.python;

import io.pyjob.executor.pod.PodDirectory;
import io.pyjob.executor.pod.PodLog;
import io.pyjob.executor.pod.PythonNews;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Python workers of this pod, which live in its python container.
 *
 * <p>There, a pool has workers forked and their imports done before a task asks for one; one connection is one worker.
 * This side keeps workers that have served a task for the next of the same kind, and lets them go after a while.
 * Thread-safe.
 */
public final class SidecarPool implements AutoCloseable {
    /**
     * How the pool is dealt with.
     *
     * @param idleTimeout how long a worker waits for a next task
     * @param mostIdlePerKind how many of them may wait, of each kind
     * @param connectLimit how long a task waits for a worker, which spans a restart of the python container
     * @param mostTasks how many tasks one worker serves before it is let go
     * @param memoryField where the manifest says what the python container may take
     */
    public record Settings(
            Duration idleTimeout, int mostIdlePerKind, Duration connectLimit, int mostTasks, String memoryField) {
        /** Spark's own pool of workers has the same times. */
        public static final Settings DEFAULT = new Settings(
                Duration.ofMinutes(1),
                Integer.MAX_VALUE,
                Duration.ofMinutes(1),
                Integer.MAX_VALUE,
                "spec.executors.python.memory");
    }

    /** The executor that has Python workers here is doing its work by now; it is no matter if this comes later. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(3);

    private static final long RETRY_MILLIS = 50;

    /** What to do about a worker that is not to be had. */
    static final String ADVICE =
            "The log and the state of that container tell why; it may have been killed at its memory"
                    + " limit: kubectl describe pod, and kubectl logs -c python --previous";

    private final Path socket;
    private final Settings settings;
    private final PoolControl control;
    private final IdleWorkers<WorkerKey, SidecarWorker> idle;
    private final Thread reaper;
    private final PoolHistory history = new PoolHistory();
    private final WorkerEnds ends;
    private final AtomicLong acquired = new AtomicLong();
    private final AtomicLong acquireNanos = new AtomicLong();
    private final AtomicReference<@Nullable Runnable> once = new AtomicReference<>();
    private volatile @Nullable PoolWatch watch;
    private volatile boolean closed;

    public SidecarPool(PodDirectory pod, Settings settings) {
        this.socket = pod.workerSocket();
        this.settings = settings;
        control = new PoolControl(pod.controlSocket());
        ends = new WorkerEnds(pod, control, settings.memoryField(), history);
        idle = new IdleWorkers<>(settings.idleTimeout().toNanos(), settings.mostIdlePerKind());
        reaper = new Thread(this::reap, "pyjob-idle-workers");
        reaper.setDaemon(true);
        reaper.start();
    }

    /**
     * From now on, what is new of the workers is told, on a thread of the pool's. To be called once at most.
     *
     * @param first done once on that thread, when the start is over
     */
    public void watch(Consumer<PythonNews> listener, Runnable first) {
        watch = new PoolWatch(control, history, FIRST_LOOK, listener, first);
    }

    /** The figures as they are now, for somebody who waits for them. */
    public PoolFigures freshFigures() {
        try {
            control.stats().ifPresent(history::add);
        } catch (IOException e) {
            // It is away; what it said last is better than nothing.
        }
        return figures();
    }

    /** The figures as they were a few seconds ago. */
    PoolFigures figures() {
        Optional<PoolStats> now = history.current();
        return new PoolFigures(
                now.map(PoolStats::idle).orElse(0L),
                now.map(PoolStats::busy).orElse(0L),
                history.forked(),
                history.ended(),
                history.restarts(),
                now.map(PoolStats::waiting).orElse(0L),
                history.waited(),
                history.waitedSeconds(),
                acquired.get(),
                acquireNanos.get() / 1e9,
                now.map(PoolStats::rss).orElse(0L),
                now.map(PoolStats::usage).orElse(OptionalLong.empty()),
                now.map(PoolStats::limit).orElse(OptionalLong.empty()),
                now.map(PoolStats::preloadSeconds).orElse(0.0),
                now.map(stats -> stats.preloadFailed().size()).orElse(0));
    }

    /** The same, but from the first task on: to be called before that. */
    public void watchOnceUsed(Consumer<PythonNews> listener, Runnable first) {
        onFirstUse(() -> watch(listener, first));
    }

    /** To be done when a task gets a worker for the first time, on the task's thread; to be called before that, once at most. */
    public void onFirstUse(Runnable first) {
        once.set(first);
    }

    /** A worker for a task, an idle one if there is one that fits. It stays the caller's until it is released or stopped. */
    SidecarWorker acquire(WorkerKey key) throws IOException {
        long began = System.nanoTime();
        SidecarWorker worker = find(key);
        acquired(began);
        return worker;
    }

    private void acquired(long began) {
        Runnable watchNow = once.getAndSet(null);
        if (watchNow != null) {
            watchNow.run();
        }
        acquireNanos.addAndGet(System.nanoTime() - began);
        acquired.incrementAndGet();
    }

    /** A worker for whoever keeps it to itself, reads from it without a selector, and stops it in the end. */
    SidecarWorker acquireBlocking(WorkerKey key) throws IOException {
        long began = System.nanoTime();
        SidecarWorker worker = connect(key);
        worker.block();
        acquired(began);
        return worker;
    }

    private SidecarWorker find(WorkerKey key) throws IOException {
        for (Optional<SidecarWorker> next = idle.take(key); next.isPresent(); next = idle.take(key)) {
            SidecarWorker worker = next.get();
            if (worker.isQuiet()) {
                return worker;
            }
            worker.stop();
        }
        return connect(key);
    }

    /** Takes a worker back that is ready for a next task. */
    void release(SidecarWorker worker) {
        if (!worker.giveBack() || worker.tasks() >= settings.mostTasks()) {
            worker.stop();
            return;
        }
        idle.park(worker.kind(), worker, System.nanoTime()).forEach(SidecarWorker::stop);
        if (closed) {
            idle.drain().forEach(SidecarWorker::stop);
        }
    }

    private SidecarWorker connect(WorkerKey key) throws IOException {
        ByteBuffer request = PoolRequest.worker(key);
        long started = System.nanoTime();
        long limit = settings.connectLimit().toNanos();
        @Nullable IOException last = null;
        boolean told = false;
        for (long waited = 0; waited < limit; waited = System.nanoTime() - started) {
            try (PoolConnection connection = new PoolConnection(socket, Duration.ofNanos(limit - waited))) {
                int pid = connection.ask(request.duplicate());
                if (pid > 0) {
                    return new SidecarWorker(connection.handOver(), pid, key, control, ends);
                }
                throw new PoolException(
                        "the pod's python container refused to start a Python worker: " + connection.readMessage());
            } catch (PoolException e) {
                throw e;
            } catch (SocketTimeoutException e) {
                throw new PoolException(
                        "the pod's python container accepted the request for a Python worker, but gave none within "
                                + limitInWords() + ". " + ADVICE,
                        e);
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e; // the task was killed
                }
                // Nobody listens yet, or no more: the container imports its modules, or was killed and is restarting.
                last = e;
            }
            if (!told && waited > 2_000_000_000L) {
                told = true;
                PodLog.say("waiting for the pod's python container to give a Python worker at " + socket);
            }
            pause();
        }
        throw new PoolException(
                "no Python worker: the pod's python container has not answered at " + socket + " for " + limitInWords()
                        + " (" + (last == null ? "not tried" : last.getMessage()) + "). " + ADVICE,
                last);
    }

    /** A worker has gone that should not have. */
    void workerFailed() {
        PoolWatch watching = watch;
        if (watching != null) {
            watching.poke();
        }
    }

    private String limitInWords() {
        return settings.connectLimit().toMillis() / 1000.0 + " s";
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            // The task was killed while it waited; Spark asks the flag whether that is why it failed.
            Thread.currentThread().interrupt();
            throw new PoolException("interrupted while waiting for a Python worker", e);
        }
    }

    private void reap() {
        long period = Math.max(10, Math.min(5000, settings.idleTimeout().toMillis() / 4));
        while (!closed) {
            try {
                Thread.sleep(period);
            } catch (InterruptedException e) {
                return; // closed
            }
            idle.expired(System.nanoTime()).forEach(SidecarWorker::stop);
        }
    }

    /** Lets the idle workers go. Those in use are stopped by whoever has them. */
    @Override
    public void close() {
        closed = true;
        reaper.interrupt();
        PoolWatch watching = watch;
        if (watching != null) {
            watching.close();
        }
        idle.drain().forEach(SidecarWorker::stop);
        control.close();
    }
}
