package io.pyjob.executor.python;

import io.pyjob.executor.python.PoolRequest.Signal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A worker's process as Spark sees it. It may live in another PID namespace, where this JVM could not signal it, nor
 * even look it up: the pool does that for us.
 */
record SidecarProcess(int number, PoolControl control) implements ProcessHandle {

    @Override
    public long pid() {
        return number;
    }

    @Override
    public boolean isAlive() {
        return control.ask(Signal.ALIVE, number);
    }

    /** Spark does this to a worker that has said nothing for too long. One that does not heed SIGTERM gets no more than a second. */
    @Override
    public boolean destroy() {
        boolean told = control.ask(Signal.TERM, number);
        control.send(Signal.STOP, number);
        return told;
    }

    @Override
    public boolean destroyForcibly() {
        return control.ask(Signal.KILL, number);
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public Optional<ProcessHandle> parent() {
        return Optional.empty();
    }

    @Override
    public Stream<ProcessHandle> children() {
        return Stream.empty();
    }

    @Override
    public Stream<ProcessHandle> descendants() {
        return Stream.empty();
    }

    @Override
    public Info info() {
        throw new UnsupportedOperationException("a worker in the pod's python container shows no details");
    }

    @Override
    public CompletableFuture<ProcessHandle> onExit() {
        throw new UnsupportedOperationException("the end of a worker is seen on its connection");
    }

    @Override
    public int compareTo(ProcessHandle other) {
        return Long.compare(pid(), other.pid());
    }
}
