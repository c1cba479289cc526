package io.pyjob.operator.ui;

import io.pyjob.operator.http.Deployed;
import java.io.IOException;

/** The server of jobs' pages, on all addresses of this machine. */
public final class UiServer implements AutoCloseable {
    private static final int WAITING_THREADS = 16;

    private final Deployed deployed;
    private final Proxy proxy;

    private UiServer(Deployed deployed, Proxy proxy) {
        this.deployed = deployed;
        this.proxy = proxy;
    }

    /** Listens; port 0 for any that is free. */
    public static UiServer listen(int port, Access access, Jobs jobs) throws IOException, InterruptedException {
        Proxy proxy = new Proxy(port, access, jobs);
        return new UiServer(Deployed.of(proxy, port, WAITING_THREADS), proxy);
    }

    /** The port that is listened on. */
    public int port() {
        return proxy.port();
    }

    @Override
    public void close() {
        deployed.close();
    }
}
