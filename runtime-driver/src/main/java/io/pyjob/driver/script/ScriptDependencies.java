package io.pyjob.driver.script;

import io.pyjob.executor.pod.Failures;
import io.pyjob.executor.pod.PodDirectory;
import java.io.File;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.PythonRunner$;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.util.ChildFirstURLClassLoader;
import org.apache.spark.util.DependencyUtils;
import org.apache.spark.util.MutableURLClassLoader;
import org.apache.spark.util.Utils;

/**
 * The packages, jars and files that settings name: what spark-submit does with them for a Python script, with Spark's own
 * code for it, and in the same order.
 */
final class ScriptDependencies {
    static final String PACKAGES = "spark.jars.packages";
    static final String JARS = "spark.jars";
    static final String PY_FILES = "spark.submit.pyFiles";
    static final String FILES = "spark.files";
    static final String ARCHIVES = "spark.archives";

    private static final String IVY_HOME = "ivy.home";

    private final MutableURLClassLoader classPath;
    private final Path downloads;

    private ScriptDependencies(MutableURLClassLoader classPath, Path downloads) {
        this.classPath = classPath;
        this.downloads = downloads;
    }

    static ScriptDependencies forThisThread(Map<String, String> job, PodDirectory pod) {
        ClassLoader parent = ScriptDependencies.class.getClassLoader();
        MutableURLClassLoader classPath =
                Boolean.parseBoolean(job.getOrDefault("spark.driver.userClassPathFirst", "false"))
                        ? new ChildFirstURLClassLoader(new URL[0], parent)
                        : new MutableURLClassLoader(new URL[0], parent);
        Thread.currentThread().setContextClassLoader(classPath);
        if (!Files.isWritable(Path.of(System.getProperty("user.home", "/")))) {
            // Also for what a script adds later, sc.addJar("ivy://..."): so a property, and not an argument.
            System.getProperties()
                    .putIfAbsent(IVY_HOME, pod.root().resolve("ivy").toString());
        }
        return new ScriptDependencies(classPath, pod.tmp());
    }

    /**
     * Puts jars on this JVM's class path, and into {@code conf} what executors and workers are to get.
     *
     * @return warnings
     * @throws CannotProvide with what a user has to know
     */
    List<String> provide(SparkConf conf) {
        List<String> packages = MavenPackages.resolve(conf);
        try {
            Configuration hadoop = SparkHadoopUtil.get().newConfiguration(conf);
            Set<String> resolved = found(String.join(",", packages), hadoop);
            Set<String> jars = union(found(conf.get(JARS, ""), hadoop), resolved);
            Set<String> pyFiles = union(found(conf.get(PY_FILES, ""), hadoop), resolved);
            Set<String> files = union(found(conf.get(FILES, ""), hadoop), pyFiles);
            File folder = Utils.createTempDir(downloads.toString(), "jars");
            set(conf, JARS, jars);
            if (!jars.isEmpty()) {
                DependencyUtils.addJarsToClassPath(
                        DependencyUtils.downloadFileList(String.join(",", jars), folder, conf, hadoop), classPath);
            }
            if (!pyFiles.isEmpty()) {
                // The script's side takes these as paths, in a folder that both containers see.
                String local = DependencyUtils.downloadFileList(String.join(",", pyFiles), folder, conf, hadoop);
                conf.set(PY_FILES, String.join(",", PythonRunner$.MODULE$.formatPaths(local, false)));
            }
            set(conf, FILES, files);
            set(conf, ARCHIVES, found(conf.get(ARCHIVES, ""), hadoop));
            return jars.stream().flatMap(ScriptDependencies::missing).toList();
        } catch (Exception e) { // Scala declares none of what it throws
            throw new CannotProvide(
                    "a file that the job's settings name cannot be had: " + Failures.reason(e) + "\n" + "Paths in "
                            + JARS
                            + ", " + FILES + ", " + PY_FILES + " and " + ARCHIVES + " are those of the script's"
                            + " container, else of the driver's jvm container; http(s) and what else Spark reads will"
                            + " do too.",
                    e);
        }
    }

    private static Stream<String> missing(String jar) {
        URI uri = Utils.resolveURI(jar);
        boolean isThere = !"file".equals(uri.getScheme()) || Files.exists(Path.of(uri.getPath()));
        return isThere
                ? Stream.empty()
                : Stream.of(JARS + " names " + uri.getPath()
                        + ", which neither the script's container nor the driver's jvm container has: the script runs"
                        + " without it");
    }

    private static Set<String> found(String list, Configuration hadoop) {
        return list.isBlank() ? Set.of() : new LinkedHashSet<>(split(DependencyUtils.resolveGlobPaths(list, hadoop)));
    }

    private static List<String> split(String list) {
        List<String> parts = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    private static Set<String> union(Set<String> first, Set<String> second) {
        Set<String> both = new LinkedHashSet<>(first);
        both.addAll(second);
        return both;
    }

    private static void set(SparkConf conf, String key, Set<String> list) {
        if (!list.isEmpty()) {
            conf.set(key, String.join(",", list));
        }
    }
}
