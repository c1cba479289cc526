package io.pyjob.executor.python;

import io.pyjob.executor.pod.PodDirectory;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other side of the protocol, without Python: its workers echo what they are sent. */
final class FakePool implements AutoCloseable {
    /** What a new connection gets. */
    enum Manner {
        SERVE,
        REFUSE,
        HANG_UP,
        STAY_SILENT
    }

    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<String> signals = new CopyOnWriteArrayList<>();

    /** What is answered to why, by pid; nothing as long as the worker is not here. */
    final Map<Integer, String> obituaries = new ConcurrentHashMap<>();

    /** Takes connections to the control socket, and says nothing. */
    volatile boolean busy;

    final AtomicInteger questions = new AtomicInteger();

    /** What is answered to stats; empty for a pool that does not know them. */
    volatile String stats = "";

    private final Map<Integer, SocketChannel> workers = new ConcurrentHashMap<>();
    volatile Manner manner = Manner.SERVE;

    private static final Pattern WHY = Pattern.compile("\\{\"v\":1,\"op\":\"why\",\"pid\":(\\d+)}");

    private final AtomicInteger lastPid;
    private final List<ServerSocketChannel> servers = new CopyOnWriteArrayList<>();
    private final List<Thread> acceptors = new CopyOnWriteArrayList<>();

    FakePool(PodDirectory pod, int firstPid) throws IOException {
        lastPid = new AtomicInteger(firstPid - 1);
        Files.createDirectories(pod.run());
        listen(pod.controlSocket(), this::control);
        listen(pod.workerSocket(), this::worker);
    }

    /** The pool's end of the connection of a worker that it serves. */
    SocketChannel worker(int pid) {
        return Objects.requireNonNull(workers.get(pid), "no such worker");
    }

    /** Ends a worker. The peer sees it at once; a mere close would wait for the thread that reads from it. */
    private static void end(SocketChannel worker) throws IOException {
        if (worker.isOpen()) {
            worker.shutdownOutput();
            worker.close();
        }
    }

    void endWorker(int pid) throws IOException {
        end(worker(pid));
    }

    private interface Service {
        void serve(SocketChannel channel, DataInputStream in, DataOutputStream out) throws IOException;
    }

    private void listen(Path socket, Service service) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        servers.add(server);
        acceptors.add(daemon(() -> {
            while (true) {
                SocketChannel channel = server.accept();
                daemon(() -> service.serve(
                        channel,
                        new DataInputStream(Channels.newInputStream(channel)),
                        new DataOutputStream(Channels.newOutputStream(channel))));
            }
        }));
    }

    private interface Body {
        void run() throws IOException;
    }

    private static Thread daemon(Body body) {
        Thread thread = new Thread(() -> {
            try {
                body.run();
            } catch (ClosedChannelException | EOFException e) {
                // the end of the test, or of a connection
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static String frame(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private void control(SocketChannel channel, DataInputStream in, DataOutputStream out) throws IOException {
        if (busy) {
            return;
        }
        try (channel) {
            String request = frame(in);
            Matcher why = WHY.matcher(request);
            if (why.matches()) {
                questions.incrementAndGet();
                answer(obituaries.getOrDefault(Integer.valueOf(why.group(1)), ""), out);
            } else if (request.equals("{\"v\":1,\"op\":\"stats\"}")) {
                answer(stats, out);
            } else {
                signals.add(request);
                out.writeInt(1);
            }
        }
    }

    private static void answer(String json, DataOutputStream out) throws IOException {
        out.writeInt(json.isEmpty() ? 0 : 1);
        if (!json.isEmpty()) {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    private void worker(SocketChannel channel, DataInputStream in, DataOutputStream out) throws IOException {
        requests.add(frame(in));
        switch (manner) {
            case HANG_UP -> channel.close();
            case STAY_SILENT -> {}
            case REFUSE -> {
                byte[] message = "out of processes".getBytes(StandardCharsets.UTF_8);
                out.writeInt(0);
                out.writeInt(message.length);
                out.write(message);
                channel.close();
            }
            case SERVE -> {
                int pid = lastPid.incrementAndGet();
                workers.put(pid, channel);
                out.writeInt(pid);
                while (true) {
                    out.writeByte(in.readByte());
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (ServerSocketChannel server : servers) {
            server.close();
        }
        for (Thread acceptor : acceptors) {
            try {
                acceptor.join(10_000); // only then does the socket refuse
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        for (SocketChannel worker : workers.values()) {
            end(worker);
        }
    }
}
