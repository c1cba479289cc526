package io.pyjob.executor.python;

import io.pyjob.executor.pod.PodLog;
import io.pyjob.executor.python.PoolRequest.Signal;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Signals to the pool's workers.
 *
 * <p>They are sent by a thread of their own: who sends one is often the thread of a task that is being killed, with its
 * interrupt flag up, and that makes every channel operation fail, so just the worker that has to go would stay.
 */
final class PoolControl implements AutoCloseable {
    /** The pool answers at once or is in trouble; in both cases the task must not wait for it. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Path socket;
    private final ThreadPoolExecutor sender;

    PoolControl(Path socket) {
        this.socket = socket;
        sender = new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "pyjob-pool-control");
            thread.setDaemon(true);
            return thread;
        });
        sender.allowCoreThreadTimeOut(true);
    }

    /** Sends without waiting for the pool. */
    void send(Signal signal, int pid) {
        try {
            sender.execute(() -> exchange(signal, pid));
        } catch (RejectedExecutionException e) {
            // Closed: the JVM is about to end, and the pool ends with its pod.
        }
    }

    /** Sends and waits, within bounds, for whether the pool did it. */
    boolean ask(Signal signal, int pid) {
        try {
            return sender.submit(() -> exchange(signal, pid)).get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            return false;
        }
    }

    /**
     * Why that worker ended, as far as the pool knows by now.
     *
     * @return empty as long as it lives, and if the pool has never known it
     * @throws IOException if there is no pool to ask
     */
    Optional<Obituary> why(int pid) throws IOException {
        Optional<String> answer = question(PoolRequest.why(pid));
        return answer.isPresent() ? Optional.of(Obituary.parse(answer.get())) : Optional.empty();
    }

    /** How the pool is; empty if it does not say. */
    Optional<PoolStats> stats() throws IOException {
        Optional<String> answer = question(PoolRequest.stats());
        return answer.isPresent() ? Optional.of(PoolStats.parse(answer.get())) : Optional.empty();
    }

    /** On the sender's thread too, because the asking task may be one that is being killed. */
    private Optional<String> question(ByteBuffer request) throws IOException {
        Future<Optional<String>> answer;
        try {
            answer = sender.submit(() -> {
                try (PoolConnection connection = new PoolConnection(socket, LIMIT)) {
                    return connection.ask(request) == 1 ? Optional.of(connection.readMessage()) : Optional.empty();
                }
            });
        } catch (RejectedExecutionException e) {
            throw new IOException("closed", e);
        }
        try {
            return answer.get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (TimeoutException e) {
            throw (IOException) new SocketTimeoutException("no answer in time").initCause(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    private boolean exchange(Signal signal, int pid) {
        try (PoolConnection connection = new PoolConnection(socket, LIMIT)) {
            return connection.ask(PoolRequest.signal(signal, pid)) == 1;
        } catch (IOException e) {
            // A pool that has gone has taken its workers with it, so there is nothing left to signal.
            PodLog.say("worker " + pid + " could not be told to " + signal + ": " + e.getMessage());
            return false;
        }
    }

    /** What was sent before is still sent. */
    @Override
    public void close() {
        sender.shutdown();
    }
}
