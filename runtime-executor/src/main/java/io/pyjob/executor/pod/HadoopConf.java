package io.pyjob.executor.pod;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder with core-site.xml, hive-site.xml and the like that HADOOP_CONF_DIR names.
 *
 * <p>Hadoop and Spark look for these files as resources, in the class loader of the thread. The JVM's own class path has no
 * place for them: it is that of the start-up archive, which holds for no other.
 */
public record HadoopConf(Optional<Path> folder) {
    private static final String VARIABLE = "HADOOP_CONF_DIR";

    /**
     * Reads where it is.
     *
     * @throws StartFailure if there is no such folder
     */
    public static HadoopConf of(Environment environment) {
        Optional<Path> folder = environment.optional(VARIABLE).map(Path::of);
        folder.filter(path -> !Files.isDirectory(path)).ifPresent(path -> {
            throw new StartFailure(VARIABLE + " is " + path + ", and there is no such folder");
        });
        return new HadoopConf(folder);
    }

    /** For a class loader: what makes it find the files. */
    public URL[] urls() {
        try {
            return folder.isEmpty()
                    ? new URL[0]
                    : new URL[] {folder.get().toUri().toURL()};
        } catch (MalformedURLException e) {
            throw new StartFailure(VARIABLE + " is " + folder.get() + ", which is no path for Java", e);
        }
    }

    /** From now on this thread, and all that it starts, find the files. */
    public void applyToThisThread() {
        if (folder.isPresent()) {
            Thread thread = Thread.currentThread();
            // Never closed: it is in use until the JVM ends.
            thread.setContextClassLoader(new URLClassLoader(urls(), HadoopConf.class.getClassLoader()));
        }
    }
}
