package io.pyjob.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server of somebody else's that a test starts, in a folder of its own; closing it ends it and removes the folder. */
final class TestServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final Path folder;
    private final Process process;

    private TestServer(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /** Starts {@code command}, which is to listen at that address. */
    static TestServer start(Path folder, List<String> command, Map<String, String> env, String host, int port) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile());
            builder.environment().putAll(env);
            TestServer server = new TestServer(folder, builder.start());
            try {
                await(command.get(0) + " to listen").atMost(START).until(() -> server.listens(host, port));
            } catch (RuntimeException e) {
                String log = Files.readString(folder.resolve("log"));
                server.close();
                throw new AssertionError(command + " does not listen; it says:\n" + log, e);
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens(String host, int port) {
        if (!process.isAlive()) {
            throw new IllegalStateException("ended with " + process.exitValue());
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 1000);
            return true;
        } catch (IOException e) {
            return false; // not yet
        }
    }

    static Path newFolder() {
        try {
            return Files.createTempDirectory("pj-srv");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program of that name on the PATH. */
    static Optional<Path> program(String name) {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static String run(Map<String, String> env, String... command) {
        try {
            Path out = Files.createTempFile("pj-srv", "out");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .directory(Path.of("/").toFile());
            builder.environment().putAll(env);
            int code = builder.start().waitFor();
            String said = Files.readString(out);
            Files.delete(out);
            if (code != 0) {
                throw new AssertionError(String.join(" ", command) + " ended with " + code + ":\n" + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            remove(folder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
