package io.pyjob.driver.script;

import io.pyjob.executor.pod.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.jspecify.annotations.Nullable;

/** A script that lies where Hadoop reads: the script's container has neither the clients nor the credentials. */
final class HadoopScript {
    /** As for a script from http. */
    private static final long MOST_BYTES = 64L << 20;

    private static final int BUFFER = 1 << 16;

    private HadoopScript() {}

    /**
     * Copies it into a folder of its own, which will be on the script's path.
     *
     * @throws CannotProvide with what a user has to know
     */
    static Path fetch(String address, Configuration hadoop, Path folder) {
        try {
            org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(URI.create(address));
            FileSystem files = source.getFileSystem(hadoop); // Hadoop's own to close: others have the same
            FileStatus status = files.getFileStatus(source);
            if (status.isDirectory()) {
                throw failed(address, "it is a folder, and the script is a file", "", null);
            }
            if (status.getLen() > MOST_BYTES) {
                throw failed(
                        address, "it has more than " + (MOST_BYTES >> 20) + " MiB, the most that is taken", "", null);
            }
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path target = folder.resolve(source.getName());
            try (InputStream in = files.open(source);
                    OutputStream out = Files.newOutputStream(target)) {
                copy(address, in, out);
            }
            return target;
        } catch (UnsupportedFileSystemException e) {
            throw failed(address, Failures.reason(e), noClient(address), e);
        } catch (IOException | RuntimeException e) {
            if (e instanceof CannotProvide known) {
                throw known;
            }
            boolean isClass = e.getCause() instanceof ClassNotFoundException || isClassNotFound(e);
            throw failed(address, Failures.reason(e), isClass ? noClient(address) : settings(address), e);
        }
    }

    private static void copy(String address, InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long copied = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            copied += read;
            if (copied > MOST_BYTES) { // what the file system said of its size is not what it gives
                throw failed(
                        address, "it has more than " + (MOST_BYTES >> 20) + " MiB, the most that is taken", "", null);
            }
            out.write(buffer, 0, read);
        }
    }

    private static boolean isClassNotFound(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClassNotFoundException || cause instanceof NoClassDefFoundError) {
                return true;
            }
        }
        return false;
    }

    private static String noClient(String address) {
        return "\nThe driver's JVM has no client for " + scheme(address)
                + ": put its jars into the runtime image, or name" + " its package in spec.jvm.packages.";
    }

    private static String settings(String address) {
        return "\nThe driver's JVM reads it, by the client for " + scheme(address)
                + ": its settings and credentials are spark.hadoop.* in spec.conf, or files of spec.jvm.hadoopConf.";
    }

    private static String scheme(String address) {
        return address.substring(0, address.indexOf(':')) + "://";
    }

    private static CannotProvide failed(String address, String cause, String advice, @Nullable Throwable failure) {
        return new CannotProvide("cannot download the script from " + shown(address) + ": " + cause + advice, failure);
    }

    /** A name and a password before the host are nobody's to read; a container before an @ is part of the address. */
    static String shown(String address) {
        return address.replaceFirst("://[^/@]*:[^/@]*@", "://");
    }
}
