package io.pyjob.executor.python;

import io.pyjob.executor.python.PoolRequest.Signal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.api.python.PythonWorker;

/**
 * A Python worker in the pod's other container, over its Unix socket.
 *
 * <p>Spark uses the channel from a task's thread and may stop the worker from any. The same object is handed out again
 * when the worker is reused: Spark remembers which broadcasts a worker has by its PythonWorker.
 */
final class SidecarWorker extends PythonWorker {
    /** More than the buffers of a Unix socket hold, less than a worker that writes for ever. */
    private static final int MOST_LEFT_UNREAD = 4 << 20;

    private final int pid;
    private final WorkerKey kind;
    private final PoolControl control;
    private final WorkerEnds ends;
    private final SocketChannel real;
    private final SocketChannel watched;

    /** While the channel is registered with a selector, which takes only a channel of the system's. */
    private boolean registering;

    private int tasks;

    /** Why the worker has gone; as long as it has not, or nobody has asked, empty. */
    private Optional<Obituary> obituary = Optional.empty();

    private boolean asked;

    /** Counts the tasks that it was handed to; odd while one has it. */
    private long lease;

    /** The task that has it was killed. */
    private boolean doomed;

    /** Stopped or killed by this side. */
    private boolean ended;

    /** Whoever reads or writes has seen that the worker has gone. */
    private volatile boolean noticed;

    SidecarWorker(SocketChannel channel, int pid, WorkerKey kind, PoolControl control, WorkerEnds ends)
            throws IOException {
        super(channel);
        this.pid = pid;
        this.kind = kind;
        this.control = control;
        this.ends = ends;
        real = channel;
        watched = new WorkerChannel(channel, this::gone);
    }

    @Override
    public SocketChannel channel() {
        return registering ? real : watched;
    }

    @Override
    public synchronized PythonWorker refresh() {
        registering = true;
        try {
            return super.refresh();
        } finally {
            registering = false;
        }
    }

    /** Has reads and writes wait, for those of Spark's classes that use no selector. For good, and before any lease. */
    void block() throws IOException {
        watched.configureBlocking(true);
    }

    /** What it can serve. */
    WorkerKey kind() {
        return kind;
    }

    /** How many tasks it has been handed to. */
    synchronized int tasks() {
        return tasks;
    }

    int pid() {
        return pid;
    }

    PoolControl control() {
        return control;
    }

    /** Hands the worker to a task, and tells the number of this lease. */
    synchronized long lease() {
        refresh();
        tasks++;
        return ++lease;
    }

    /** Takes the worker back from its task; false if it must not be used again. */
    synchronized boolean giveBack() {
        lease++;
        return !doomed;
    }

    /**
     * The task of that lease was killed: makes sure that the worker ends within a second, whatever it is computing, and
     * that the task's thread, which waits for it, sees that. Does nothing if the worker serves another task by now.
     */
    synchronized void doom(long ofLease) {
        if (lease == ofLease && !doomed) {
            doomed = true;
            control.send(Signal.STOP, pid);
        }
    }

    /** Whether the worker ended while that lease's task had it. To be called from the task's thread. */
    synchronized boolean hasGone(long ofLease) {
        return lease == ofLease && !ended && hasClosed();
    }

    /** Noticed by whoever reads from the worker, or writes to it, for a task that it has not finished. */
    private void gone() throws PoolException {
        noticed = true;
        Optional<Obituary> why = obituary();
        String folder = kind.env().getOrDefault("PYTHON_FAULTHANDLER_DIR", "");
        if (why.isPresent() && !folder.isEmpty()) {
            WorkerEnds.quote(pid, why.get(), Path.of(folder, Integer.toString(pid)));
        }
        if (why.isPresent() && real.isBlocking()) {
            // Who reads without a selector is no task, and quotes no file.
            throw new PoolException(why.get().message());
        }
    }

    /** Why the worker has gone. Takes up to a second the first time; empty if this side wanted it to go. */
    Optional<Obituary> obituary() {
        synchronized (this) {
            if (asked || ended || doomed || Thread.currentThread().isInterrupted()) {
                return obituary;
            }
            asked = true;
        }
        // Not under the lock: whoever kills the task must not wait.
        Optional<Obituary> why = ends.explain(pid);
        synchronized (this) {
            obituary = why;
        }
        return why;
    }

    /** An idle worker has nothing to say: its end, or stray bytes, mean that it cannot be used again. */
    boolean isQuiet() {
        try {
            return real.isOpen() && real.read(ByteBuffer.allocate(1)) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Spark closes the connection of a task that failed or was cancelled, and forgets the worker. One that is busy
     * would not notice for as long as it computes, so it is told to end.
     */
    @Override
    public synchronized void stop() {
        end(Signal.STOP);
    }

    /** Whether it has gone, or was told to. */
    public boolean isStopped() {
        return noticed || !real.isOpen();
    }

    /** Ends the worker now. */
    synchronized void kill() {
        end(Signal.KILL);
    }

    private void end(Signal signal) {
        if (ended) {
            return;
        }
        ended = true;
        boolean gone = hasClosed();
        super.stop();
        if (!gone) {
            control.send(signal, pid);
        }
    }

    /**
     * Whether the worker has closed its side. Such a worker must not be signalled: if the pool was restarted, the pid
     * may be that of a worker of the new one.
     */
    private boolean hasClosed() {
        if (real.isBlocking()) {
            return noticed; // nobody can look without waiting
        }
        ByteBuffer rest = ByteBuffer.allocate(64 << 10);
        try {
            for (int unread = 0; unread < MOST_LEFT_UNREAD; ) {
                int read = real.read(rest.clear());
                if (read <= 0) {
                    return read < 0;
                }
                unread += read;
            }
            return false;
        } catch (ClosedChannelException e) {
            // By this side: an interrupt closes the channel that a thread uses, and that is how tasks are cancelled.
            return false;
        } catch (IOException e) {
            return true; // reset by the worker
        }
    }
}
