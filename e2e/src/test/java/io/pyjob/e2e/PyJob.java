package io.pyjob.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The {@code ./pyjob} command, in a temporary folder of its own so that whatever it leaves behind is seen.
 *
 * <p>Closing it ends what is left and removes the folder.
 */
public final class PyJob implements AutoCloseable {
    static final Path PROJECT =
            Path.of(System.getProperty("pyjob.project", "..")).toAbsolutePath().normalize();
    private static final long LONGEST_SECONDS = 400;

    private final Path folder;
    private final Map<String, String> env = new LinkedHashMap<>();
    private final List<Running> started = new ArrayList<>();

    private PyJob(Path folder) {
        this.folder = folder;
        env.put("TMPDIR", folder.resolve("tmp").toString());
        env.put("XDG_STATE_HOME", folder.resolve("state").toString());
    }

    public static PyJob inNewFolder() {
        SetUp.once();
        return unprepared();
    }

    private static PyJob unprepared() {
        try {
            // Short: Unix sockets below it have paths of at most 107 bytes.
            Path folder = Files.createTempDirectory("pj-it");
            Files.createDirectory(folder.resolve("tmp"));
            Files.createDirectory(folder.resolve("work"));
            return new PyJob(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Namespaces need root and Linux; without them the same tests run in plain processes. */
    static List<String> isolation() {
        boolean can = "root".equals(System.getProperty("user.name"))
                && System.getProperty("os.name").equals("Linux");
        return can ? List.of("--isolate") : List.of();
    }

    /** Where the user stands: scripts and manifests of a test go here. */
    Path work() {
        return folder.resolve("work");
    }

    PyJob with(String variable, String value) {
        env.put(variable, value);
        return this;
    }

    /** Writes a file into {@link #work()}. */
    public Path write(String name, String... lines) {
        try {
            return Files.writeString(work().resolve(name), String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a script of the tests' resources into {@link #work()}. */
    Path script(String name) {
        try (var in = PyJob.class.getResourceAsStream("/scripts/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no such script: " + name);
            }
            Path copy = work().resolve(name);
            Files.write(copy, in.readAllBytes());
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The set-up of a first use takes minutes; so it is no part of any test's time. */
    private static final class SetUp {
        private static final long LONGEST_SECONDS = 900;
        private static final Ended DONE = validate();

        static void once() {
            if (DONE.code() != 0) {
                throw new AssertionError("pyjob cannot set this machine up: " + DONE);
            }
        }

        private static Ended validate() {
            try (PyJob pyjob = unprepared()) {
                return pyjob.start(
                                "validate",
                                PROJECT.resolve("examples/pi/job.yaml").toString())
                        .end(LONGEST_SECONDS);
            }
        }
    }

    /** What a finished command left: its output, its code, and whether anything of it is still there. */
    public record Ended(int code, String out, String err) {}

    /** Runs the command to its end. */
    public Ended run(String... args) {
        return start(args).end();
    }

    /** Runs a job to its end, with these arguments of {@code pyjob run}; in boxes where this machine can make them. */
    Ended runJob(String... args) {
        List<String> command = new ArrayList<>(List.of("run"));
        command.addAll(isolation());
        command.addAll(List.of(args));
        return run(command.toArray(String[]::new));
    }

    /** Starts the command. */
    Running start(String... args) {
        List<String> command = new ArrayList<>(List.of(PROJECT.resolve("pyjob").toString()));
        command.addAll(List.of(args));
        Path out = folder.resolve("out-" + started.size());
        Path err = folder.resolve("err-" + started.size());
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(work().toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(env);
            Running running = new Running(builder.start(), out, err);
            started.add(running);
            return running;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command under way. */
    final class Running {
        private final Process process;
        private final Path out;
        private final Path err;

        private Running(Process process, Path out, Path err) {
            this.process = process;
            this.out = out;
            this.err = err;
        }

        long pid() {
            return process.pid();
        }

        boolean isAlive() {
            return process.isAlive();
        }

        byte[] outBytes() {
            try {
                return Files.readAllBytes(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String out() {
            return read(out);
        }

        String err() {
            return read(err);
        }

        Ended end() {
            return end(LONGEST_SECONDS);
        }

        private Ended end(long seconds) {
            try {
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    throw new AssertionError("pyjob has not ended in " + seconds + " s; it said:\n" + err());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
            return new Ended(process.exitValue(), out(), err());
        }

        /** This run's processes whose command line has all of {@code words}. */
        List<ProcessHandle> processes(String... words) {
            return marked().stream()
                    .filter(process -> {
                        String line = commandLine(process);
                        return Stream.of(words).allMatch(line::contains);
                    })
                    .toList();
        }
    }

    /** Processes that carry the mark of a run in this folder. */
    List<ProcessHandle> marked() {
        String mark = "PYJOB_RUN_DIR=" + folder.resolve("tmp");
        return ProcessHandle.allProcesses()
                .filter(process -> procFile(process, "environ").contains(mark))
                .toList();
    }

    static String commandLine(ProcessHandle process) {
        return procFile(process, "cmdline").replace('\0', ' ');
    }

    /** Folders of runs that are still there. */
    List<Path> leftFolders() {
        try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
            return files.filter(f -> f.getFileName().toString().startsWith("pyjob-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A log of the one run that was told to {@code --keep} its folder. */
    String keptLog(String name) {
        return read(leftFolders().get(0).resolve("logs").resolve(name));
    }

    private static String procFile(ProcessHandle process, String name) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), name), StandardCharsets.ISO_8859_1);
        } catch (IOException e) { // it has ended, or is another user's
            return "";
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        started.stream().filter(Running::isAlive).forEach(running -> running.process.destroyForcibly());
        marked().forEach(ProcessHandle::destroyForcibly);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
