package io.pyjob.executor.python;

import io.pyjob.executor.python.PoolRequest.Signal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
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
    private final PoolControl control;

    /** Counts the tasks that it was handed to; odd while one has it. */
    private long lease;

    /** The task that has it was killed. */
    private boolean doomed;

    /** Stopped or killed by this side. */
    private boolean ended;

    SidecarWorker(SocketChannel channel, int pid, PoolControl control) {
        super(channel);
        this.pid = pid;
        this.control = control;
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

    /** An idle worker has nothing to say: its end, or stray bytes, mean that it cannot be used again. */
    boolean isQuiet() {
        try {
            return channel().isOpen() && channel().read(ByteBuffer.allocate(1)) == 0;
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
        ByteBuffer rest = ByteBuffer.allocate(64 << 10);
        try {
            for (int unread = 0; unread < MOST_LEFT_UNREAD; ) {
                int read = channel().read(rest.clear());
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
