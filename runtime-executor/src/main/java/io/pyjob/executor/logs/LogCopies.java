package io.pyjob.executor.logs;

import io.pyjob.executor.pod.Environment;
import io.pyjob.executor.pod.Failures;
import io.pyjob.executor.pod.HadoopConf;
import io.pyjob.executor.pod.PodLog;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.jspecify.annotations.Nullable;

/**
 * Copies of what this pod's containers write, made while they write it: a pod that is deleted, preempted, or lost with its node
 * takes its logs along. The job never fails for them; a line in the log says if they cannot be made.
 */
public final class LogCopies {
    /** How long a JVM that ends waits for the last of the copies. */
    private static final Duration LAST_COPY = Duration.ofSeconds(10);

    /** For the words of other shutdown hooks, Spark's among them. */
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private static final Duration LOOK_EACH = Duration.ofMillis(10);

    private final Environment environment;
    private final @Nullable URI address;
    private final @Nullable Pieces python;
    private final List<LogSource> sources;
    private volatile @Nullable Copier copier;
    private final CountDownLatch finished = new CountDownLatch(1);
    private boolean failed;

    private LogCopies(
            Environment environment, @Nullable URI address, @Nullable Pieces python, List<LogSource> sources) {
        this.environment = environment;
        this.address = address;
        this.python = python;
        this.sources = sources;
    }

    /** Makes copies from now on, of a pod whose job wants them. */
    public static LogCopies begin(Environment environment) {
        URI address = environment
                .optional("PYJOB_LOG_COPIES")
                .flatMap(LogCopies::parsed)
                .orElse(null);
        if (address == null) {
            return new LogCopies(environment, null, null, List.of());
        }
        Pieces python = new Pieces(Path.of(environment.required("PYJOB_DIR"), "logs"), "python");
        LogCopies copies = new LogCopies(environment, address, python, List.of(OwnOutput.listen(), python));
        if ("file".equals(address.getScheme())) {
            FolderTarget folder = new FolderTarget(Path.of(address.getPath()));
            copies.start(() -> folder);
        }
        return copies;
    }

    private static Optional<URI> parsed(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            PodLog.say("logs are not copied: spec.logs leads to " + text + ", which is no address (" + e.getReason()
                    + ")");
            return Optional.empty();
        }
    }

    /** What there is to say of other file systems than a mounted one is known now: copies are made from now on. */
    public void settings(Supplier<Configuration> hadoop) {
        URI to = address;
        if (to != null && !"file".equals(to.getScheme())) {
            start(() -> objects(to, hadoop.get()));
        }
    }

    private ObjectsTarget objects(URI to, Configuration configuration) throws IOException {
        HadoopConf.of(environment).applyToThisThread();
        Configuration own = new Configuration(configuration);
        // Hadoop closes file systems when the JVM ends, and does not wait for the last copy.
        own.setBoolean("fs.automatic.close", false);
        return new ObjectsTarget(FileSystem.newInstance(to, own), new org.apache.hadoop.fs.Path(to));
    }

    /** Opens a target; it may take its time. */
    private interface Opening {
        CopyTarget open() throws IOException;
    }

    private void start(Opening opening) {
        Thread thread = new Thread(() -> run(opening), "pyjob-log-copies");
        thread.setDaemon(true);
        thread.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::finishAtExit, "pyjob-last-log-copies"));
    }

    private void run(Opening opening) {
        try {
            while (copier == null) {
                open(opening);
                Thread.sleep(Duration.ofSeconds(1).toMillis());
            }
            while (true) {
                copy();
                Thread.sleep(copier.target().pace().toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // ends
        }
    }

    private void open(Opening opening) {
        try {
            copier = new Copier(sources, opening.open());
        } catch (IOException | RuntimeException e) {
            // Hadoop's file systems throw what they like for settings that are wrong.
            tellFailure(e);
        }
    }

    private synchronized void copy() {
        Copier to = copier;
        if (to == null) {
            return;
        }
        try {
            to.copy();
            if (failed) {
                failed = false;
                PodLog.say("logs are copied to " + address + " again");
            }
        } catch (IOException | RuntimeException e) {
            // As above.
            tellFailure(e);
        }
    }

    private void tellFailure(Exception e) {
        if (!failed) {
            failed = true;
            PodLog.say("logs cannot be copied to " + address + " (" + Failures.reason(Failures.rootCause(e))
                    + "), which is tried again and again; spec.logs says where to");
        }
    }

    /**
     * Copies what is left, before this JVM ends.
     *
     * @param patience how long to wait for the pod's other container to have written all of its own
     */
    public void finish(Duration patience) {
        Pieces pieces = python;
        if (pieces == null) {
            return;
        }
        try {
            long deadline = System.nanoTime() + patience.toNanos();
            while (!pieces.areAll() && System.nanoTime() - deadline < 0) {
                Thread.sleep(LOOK_EACH.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // ends anyway
        }
        copyTheLast();
        finished.countDown();
    }

    /** A JVM that was told to end: what the hooks beside this one still say is copied, too. */
    private void finishAtExit() {
        try {
            if (!finished.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                copyTheLast();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // ends anyway
        }
    }

    private void copyTheLast() {
        Thread last = new Thread(this::copy, "pyjob-last-log-copy");
        last.setDaemon(true);
        last.start();
        try {
            last.join(LAST_COPY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // ends anyway
        }
    }
}
