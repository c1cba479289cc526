package io.pyjob.executor.python;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Set;

/**
 * The connection to a worker, which notices at once that the worker has gone: just before Spark's reader does.
 *
 * <p>Spark builds the error of a worker that has gone from a file of that worker's, so that is when the reason has to be
 * there. All but noticing is the real channel's; only that one can be registered with a selector.
 */
final class WorkerChannel extends SocketChannel {
    private final SocketChannel real;
    private final Gone onGone;

    /** What to do when the worker has gone. */
    @FunctionalInterface
    interface Gone {
        /** @throws IOException if whoever reads or writes shall be told by it, instead of by what has happened */
        void noticed() throws IOException;
    }

    WorkerChannel(SocketChannel real, Gone onGone) throws IOException {
        super(real.provider());
        this.real = real;
        this.onGone = onGone;
        configureBlocking(real.isBlocking());
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        try {
            int read = real.read(target);
            if (read < 0) {
                onGone.noticed();
            }
            return read;
        } catch (IOException e) {
            onGone.noticed();
            throw e;
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        try {
            long read = real.read(targets, offset, length);
            if (read < 0) {
                onGone.noticed();
            }
            return read;
        } catch (IOException e) {
            onGone.noticed();
            throw e;
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        try {
            return real.write(source);
        } catch (IOException e) {
            onGone.noticed();
            throw e;
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        try {
            return real.write(sources, offset, length);
        } catch (IOException e) {
            onGone.noticed();
            throw e;
        }
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        real.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        real.configureBlocking(block);
    }

    @Override
    public SocketChannel bind(SocketAddress local) throws IOException {
        real.bind(local);
        return this;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        real.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return real.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return real.supportedOptions();
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        real.shutdownInput();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        real.shutdownOutput();
        return this;
    }

    /** One of its own, as a Unix socket has none: Spark sets a time-out on it where its own connections are TCP. */
    @Override
    public Socket socket() {
        return new Socket();
    }

    @Override
    public boolean isConnected() {
        return real.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return real.isConnectionPending();
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        return real.connect(remote);
    }

    @Override
    public boolean finishConnect() throws IOException {
        return real.finishConnect();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        return real.getRemoteAddress();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return real.getLocalAddress();
    }
}
