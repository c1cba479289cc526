package io.pyjob.executor.pod;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * The volume that both containers of a pod see, at the same path in both.
 *
 * <p>It has to be the same path because Spark hands paths of temporary files from the JVM to Python and back.
 */
public record PodDirectory(Path root) {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** {@code sockaddr_un.sun_path} is 108 bytes with the closing zero. */
    private static final int LONGEST_SOCKET_PATH = 107;

    /** Spark puts sockets of its own in java.io.tmpdir, named {@code .<uuid>.sock}. */
    private static final int SPARK_SOCKET_NAME = "/.".length() + 36 + ".sock".length();

    /** Sockets and the gateway's connection file. */
    public Path run() {
        return root.resolve("run");
    }

    /** SPARK_LOCAL_DIRS. */
    public Path local() {
        return root.resolve("local");
    }

    /** java.io.tmpdir, and TMPDIR of Python. */
    public Path tmp() {
        return root.resolve("tmp");
    }

    /** The executors' working directory: where Spark puts the files of addFile and addPyFile. */
    public Path work() {
        return root.resolve("work");
    }

    /** Where one connection is one Python worker. */
    public Path workerSocket() {
        return run().resolve("worker.sock");
    }

    /** Where Python workers are signalled. */
    public Path controlSocket() {
        return run().resolve("control.sock");
    }

    /** What the pool of Python workers last wrote of itself. */
    public Path poolFile() {
        return run().resolve("pool.json");
    }

    /** What the job requires and the pod's Python container has; there once it is all there. */
    public Path packagesFile() {
        return run().resolve("packages");
    }

    /** Why the pod's Python container does not have what the job requires. */
    public Path noPackagesFile() {
        return run().resolve("packages.failed");
    }

    /** The driver's lifeline. */
    public Path driverSocket() {
        return run().resolve("driver.sock");
    }

    /** How the script reaches the driver's JVM. */
    public Path gatewayFile() {
        return run().resolve("gateway");
    }

    /**
     * Makes the directories, and tries the disk.
     *
     * @throws StartFailure in one sentence, if they cannot be used
     */
    public void create() {
        int longest = Math.max(length(controlSocket()), length(tmp()) + SPARK_SOCKET_NAME);
        if (longest > LONGEST_SOCKET_PATH) {
            throw new StartFailure(
                    "the pod's directory " + root + " has too long a name: a Unix socket in it would have "
                            + "a path of " + longest + " bytes, and Linux allows " + LONGEST_SOCKET_PATH
                            + "; use a shorter one");
        }
        for (Path directory : List.of(run(), local(), tmp(), work())) {
            try {
                Files.createDirectories(directory, OWNER_ONLY);
            } catch (IOException e) {
                throw notWritable(directory, e);
            }
        }
        try {
            // Asking for permission is not enough: a full disk and a read-only mount say so only when written to.
            Path probe = Files.createTempFile(local(), ".probe", null);
            Files.write(probe, new byte[] {1});
            Files.delete(probe);
        } catch (IOException e) {
            throw notWritable(local(), e);
        }
    }

    private static int length(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static StartFailure notWritable(Path directory, IOException cause) {
        return new StartFailure(
                "the pod's directory " + directory + " cannot be written to: " + Failures.reason(cause), cause);
    }
}
