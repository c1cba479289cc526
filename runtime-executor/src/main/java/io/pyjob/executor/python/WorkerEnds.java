package io.pyjob.executor.python;

import io.pyjob.executor.pod.PodDirectory;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds out why a worker has gone that was in the middle of a task, and puts that where Spark's error takes it from. */
final class WorkerEnds {
    private static final long LIMIT_NANOS = 1_000_000_000;
    private static final long AGAIN_MILLIS = 20;

    private final PoolControl control;
    private final Path poolFile;
    private final String memoryField;
    private final PoolHistory history;

    WorkerEnds(PodDirectory pod, PoolControl control, String memoryField, PoolHistory history) {
        this.control = control;
        this.poolFile = pod.poolFile();
        this.memoryField = memoryField;
        this.history = history;
    }

    /**
     * Why that worker has gone; takes up to a second, because the pool may hear of the end after we do. Empty if the calling
     * thread is interrupted: its task is being killed, and so is the worker.
     */
    Optional<Obituary> explain(int pid) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        try {
            while (System.nanoTime() < deadline) {
                Optional<Obituary> told = control.why(pid);
                if (told.isPresent()) {
                    return told;
                }
                Thread.sleep(AGAIN_MILLIS);
            }
            Optional<String> before = control.stats().flatMap(PoolStats::before);
            if (before.isPresent()) {
                return withPool("Python worker " + pid + " ended together with its pool: " + before.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SocketTimeoutException e) {
            // There is a pool, and it is busy: the next one already, with its imports, or one in trouble.
            Optional<PoolFile> next = PoolFile.read(poolFile).filter(PoolFile::isComingUp);
            if (next.isPresent()) {
                return withPool(next.get().end(pid, memoryField));
            }
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted()) {
                return withPool(PoolFile.read(poolFile)
                        .map(file -> file.end(pid, memoryField))
                        .orElse("Python worker " + pid
                                + " ended together with the whole of the pod's python container. "
                                + SidecarPool.ADVICE));
            }
        }
        return Thread.currentThread().isInterrupted() ? Optional.empty() : Optional.of(unknown(pid));
    }

    private Optional<Obituary> withPool(String message) {
        history.endedWithItsPool(message);
        return Optional.of(new Obituary("killed", message, Optional.empty()));
    }

    private static Obituary unknown(int pid) {
        return new Obituary(
                "killed",
                "Python worker " + pid
                        + " of the pod's python container ended in the middle of its task: it crashed or was"
                        + " killed. " + SidecarPool.ADVICE,
                Optional.empty());
    }

    /**
     * Spark's error for a worker that has gone quotes a file that the worker's faulthandler writes its stack to. The reason
     * goes to its beginning, unless the pool, or the worker with its last breath, has written it there already.
     */
    static void quote(int pid, Obituary obituary, Path file) {
        try {
            String there = Files.exists(file) ? Files.readString(file) : "";
            if (there.startsWith("Python worker " + pid + " ")) {
                return;
            }
            String stack = there.isBlank() ? obituary.stack().orElse("") : there;
            Files.writeString(file, stack.isBlank() ? obituary.message() : obituary.message() + "\n" + stack);
        } catch (IOException e) {
            // Then the reason is in the suppressed exception only.
        }
    }
}
