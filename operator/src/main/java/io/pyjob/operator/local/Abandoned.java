package io.pyjob.operator.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Clears up after an agent that was killed: its containers die with it, by the kernel; what a container had started in
 * turn is found by the run's mark in its environment.
 */
final class Abandoned {
    private static final int TRIES = 200;
    private static final long PAUSE_MILLIS = 10;

    private Abandoned() {}

    /** Ends what still runs of the run in {@code root}, and removes the folder. */
    static void remove(Path root) {
        byte[] mark = ("PYJOB_RUN_DIR=" + root).getBytes(StandardCharsets.UTF_8);
        try {
            endAll(mark);
            delete(root);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | UncheckedIOException e) {
            System.err.println("pyjob: the folder " + root + " could not be removed: " + e);
        }
    }

    /** Until none is left: one may start another while we look, and one that is ending may still write to the folder. */
    private static void endAll(byte[] mark) throws InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            List<ProcessHandle> left = ProcessHandle.allProcesses()
                    .filter(process -> process.pid() != ProcessHandle.current().pid())
                    .filter(process -> isMarked(process, mark))
                    .toList();
            if (left.isEmpty()) {
                return;
            }
            left.forEach(ProcessHandle::destroyForcibly);
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(root)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }

    private static boolean isMarked(ProcessHandle process, byte[] mark) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ"));
            return Stream.of(new String(environment, StandardCharsets.UTF_8).split("\0"))
                    .anyMatch(variable -> Arrays.equals(variable.getBytes(StandardCharsets.UTF_8), mark));
        } catch (IOException e) { // it has ended, or is another user's
            return false;
        }
    }
}
