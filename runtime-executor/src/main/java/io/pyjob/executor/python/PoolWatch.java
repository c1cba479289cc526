package io.pyjob.executor.python;

import io.pyjob.executor.pod.PodLog;
import io.pyjob.executor.pod.PythonNews;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Asks the pool from time to time how it is, and tells what is new. On a thread of its own that begins late: nothing here may
 * slow a start.
 */
final class PoolWatch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(5);

    /** Short: a task's failure may end the job, and the driver's last report should have it. Many at once are one look. */
    private static final Duration AFTER_AN_END = Duration.ofMillis(20);

    private final PoolControl control;
    private final PoolHistory history;
    private final Thread thread;
    private final Consumer<PythonNews> listener;
    private final Duration first;
    private final Runnable once;
    private PythonNews told = PythonNews.NONE;
    private boolean poked;

    /**
     * @param first how long to wait before the pool is asked for the first time
     * @param once done before that
     * @param listener is told on the watch's thread; told again what it failed at
     */
    PoolWatch(PoolControl control, PoolHistory history, Duration first, Consumer<PythonNews> listener, Runnable once) {
        this.control = control;
        this.history = history;
        this.first = first;
        this.listener = listener;
        this.once = once;
        thread = new Thread(this::run, "pyjob-pool-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** A worker has ended: look soon. */
    synchronized void poke() {
        poked = true;
        notifyAll();
    }

    private void run() {
        try {
            await(first);
            begin();
            while (true) {
                look();
                await(PERIOD);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void begin() {
        try {
            once.run();
        } catch (RuntimeException e) {
            PodLog.say("the metrics of Python workers are not all there: " + e);
        }
    }

    private void await(Duration limit) throws InterruptedException {
        boolean soon;
        synchronized (this) {
            long deadline = System.nanoTime() + limit.toNanos();
            while (!poked) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    break;
                }
                wait(millis);
            }
            soon = poked;
            poked = false;
        }
        if (soon) {
            Thread.sleep(AFTER_AN_END.toMillis());
        }
    }

    private void look() {
        try {
            control.stats().ifPresent(history::add);
        } catch (IOException e) {
            // It is away; the pool that comes next says why.
        }
        PythonNews news = history.news();
        if (!news.equals(told)) {
            try {
                listener.accept(news);
                told = news;
            } catch (RuntimeException e) {
                // The driver may be gone for a moment; the next look tells it again.
                PodLog.say("what is new of the Python workers could not be told: " + e);
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
