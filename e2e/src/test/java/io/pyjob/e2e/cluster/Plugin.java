package io.pyjob.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** {@code kubectl pyjob} as it runs: kubectl finds the program on the PATH by its name. */
final class Plugin {
    private static final long LONGEST_SECONDS = 300;
    private static final Path PROJECT =
            Path.of(System.getProperty("pyjob.project", "..")).toAbsolutePath().normalize();

    private final String command;
    private final Process process;
    private final Path out;
    private final Path err;

    private Plugin(String command, Process process, Path out, Path err) {
        this.command = command;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts a command in that namespace. */
    static Plugin start(Path folder, String namespace, String... arguments) {
        List<String> all = new ArrayList<>(List.of("kubectl", "pyjob", arguments[0], "-n", namespace));
        all.addAll(List.of(arguments).subList(1, arguments.length));
        return start(folder, all);
    }

    /** What kubectl's completion gets. */
    static Answer complete(Path folder, String... words) {
        List<String> all = new ArrayList<>(
                List.of(PROJECT.resolve("kubectl_complete-pyjob").toString()));
        all.addAll(List.of(words));
        return start(folder, all).end();
    }

    private static Plugin start(Path folder, List<String> command) {
        try {
            Path out = Files.createTempFile(folder, "plugin", ".out");
            Path err = Files.createTempFile(folder, "plugin", ".err");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().merge("PATH", PROJECT.toString(), (path, project) -> project + ":" + path);
            return new Plugin(String.join(" ", command), builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException("kubectl cannot be run; it has to be on the PATH", e);
        }
    }

    /** What it has printed so far. */
    String out() {
        return text(out);
    }

    /** The first line that it prints. */
    String line() {
        Awaitility.await("a line of " + command)
                .atMost(Cluster.LONG)
                .until(() -> out().contains("\n") || !process.isAlive());
        return out().lines().findFirst().orElseThrow(() -> new AssertionError(end()));
    }

    /** Ctrl-C. */
    void interrupt() {
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Waits for its end. */
    Answer end() {
        try {
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("not ended within " + LONGEST_SECONDS + " s: " + command + "\n" + text(err));
            }
            return new Answer(command, process.exitValue(), text(out), text(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + command, e);
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
