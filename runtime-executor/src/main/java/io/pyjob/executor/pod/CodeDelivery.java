package io.pyjob.executor.pod;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;

/**
 * Copies our Python code from the runtime image into the pod's volume, so that any Python image can run it.
 *
 * <p>Python starts when it sees the marker file, which is written last: a copy that was broken off is not seen, and is
 * made good by the next try. Python's start waits for this, so it is the first thing that a JVM does.
 *
 * @param source the tree in the runtime image
 * @param target where Python looks for it
 */
public record CodeDelivery(Path source, Path target) {
    static final String MARKER = ".ready";

    public static CodeDelivery of(Environment environment) {
        return new CodeDelivery(
                Path.of(environment.required("PYJOB_HOME"), "python"), Path.of(environment.required("PYJOB_CODE")));
    }

    /** Starts the copy on a thread of its own, and tells that thread's failure: without the code the JVM is of no use. */
    public void start(Consumer<StartFailure> onFailure) {
        Thread thread = new Thread(
                () -> {
                    try {
                        deliver();
                    } catch (StartFailure e) {
                        onFailure.accept(e);
                    }
                },
                "pyjob-code-delivery");
        thread.setDaemon(true);
        thread.start();
    }

    /** Copies the tree unless it is there already. */
    public void deliver() {
        Path marker = target.resolve(MARKER);
        if (Files.exists(marker)) {
            return;
        }
        try {
            Files.walkFileTree(source, new Copy());
            Files.write(marker, new byte[0]);
        } catch (IOException e) {
            throw new StartFailure(
                    "the Python code of PyJob cannot be copied from " + source + " to " + target + ": " + e, e);
        }
    }

    private final class Copy extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            Files.createDirectories(target(directory));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            // The image may carry a marker of its own (it can be used in place); ours has to come last.
            if (!file.equals(source.resolve(MARKER))) {
                Files.copy(file, target(file), StandardCopyOption.REPLACE_EXISTING);
            }
            return FileVisitResult.CONTINUE;
        }

        private Path target(Path inSource) {
            return target.resolve(source.relativize(inSource));
        }
    }
}
