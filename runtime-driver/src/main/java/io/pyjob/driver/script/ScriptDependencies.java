package io.pyjob.driver.script;

import io.pyjob.executor.pod.Failures;
import io.pyjob.executor.pod.HadoopConf;
import io.pyjob.executor.pod.PodDirectory;
import io.pyjob.executor.pod.PodLog;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
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
    private final boolean isOfField;
    private final Consumer<Collection<String>> onConflicts;

    /** A second context of the script, and what was resolved ahead, need not ask again. */
    private final Map<Asked, Resolved> resolved = new ConcurrentHashMap<>();

    private ScriptDependencies(
            MutableURLClassLoader classPath,
            Path downloads,
            boolean isOfField,
            Consumer<Collection<String>> onConflicts) {
        this.classPath = classPath;
        this.downloads = downloads;
        this.isOfField = isOfField;
        this.onConflicts = onConflicts;
    }

    /**
     * @param hadoopConf where Hadoop's configuration is
     * @param isOfField whether packages are named by a field of the manifest
     * @param onConflicts is told of jars that do not go together, of each context anew
     */
    static ScriptDependencies forThisThread(
            Map<String, String> job,
            PodDirectory pod,
            HadoopConf hadoopConf,
            boolean isOfField,
            Consumer<Collection<String>> onConflicts) {
        ClassLoader parent = ScriptDependencies.class.getClassLoader();
        MutableURLClassLoader classPath =
                Boolean.parseBoolean(job.getOrDefault("spark.driver.userClassPathFirst", "false"))
                        ? new ChildFirstURLClassLoader(hadoopConf.urls(), parent)
                        : new MutableURLClassLoader(hadoopConf.urls(), parent);
        Thread.currentThread().setContextClassLoader(classPath);
        if (!Files.isWritable(Path.of(System.getProperty("user.home", "/")))) {
            // Also for what a script adds later, sc.addJar("ivy://..."): so a property, and not an argument.
            System.getProperties()
                    .putIfAbsent(IVY_HOME, pod.root().resolve("ivy").toString());
        }
        return new ScriptDependencies(classPath, pod.tmp(), isOfField, onConflicts);
    }

    /**
     * Fetches packages before a context asks for them, and puts them on this JVM's class path.
     *
     * @throws CannotProvide with what a user has to know
     */
    void resolveAhead(SparkConf conf) {
        String jars = String.join(",", resolve(conf).jars());
        if (!jars.isEmpty()) {
            DependencyUtils.addJarsToClassPath(jars, classPath);
        }
    }

    private Resolved resolve(SparkConf conf) {
        return resolved.computeIfAbsent(Asked.of(conf), asked -> MavenPackages.resolve(conf, isOfField));
    }

    /**
     * Puts jars on this JVM's class path, and into {@code conf} what executors and workers are to get.
     *
     * @return warnings
     * @throws CannotProvide with what a user has to know
     */
    List<String> provide(SparkConf conf) {
        Resolved packages = resolve(conf);
        try {
            Configuration hadoop = SparkHadoopUtil.get().newConfiguration(conf);
            Set<String> resolved = found(String.join(",", packages.jars()), hadoop);
            Set<String> jars = union(found(conf.get(JARS, ""), hadoop), resolved);
            Set<String> pyFiles = union(found(conf.get(PY_FILES, ""), hadoop), resolved);
            Set<String> files = union(found(conf.get(FILES, ""), hadoop), pyFiles);
            List<String> warnings = new ArrayList<>();
            File folder = Utils.createTempDir(downloads.toString(), "jars");
            set(conf, JARS, jars);
            if (!jars.isEmpty()) {
                String here = DependencyUtils.downloadFileList(String.join(",", jars), folder, conf, hadoop);
                DependencyUtils.addJarsToClassPath(here, classPath);
                warnings.addAll(conflicts(conf, here, packages));
            }
            onConflicts.accept(List.copyOf(warnings));
            if (!pyFiles.isEmpty()) {
                // The script's side takes these as paths, in a folder that both containers see.
                String local = DependencyUtils.downloadFileList(String.join(",", pyFiles), folder, conf, hadoop);
                conf.set(PY_FILES, String.join(",", PythonRunner$.MODULE$.formatPaths(local, false)));
            }
            set(conf, FILES, files);
            set(conf, ARCHIVES, found(conf.get(ARCHIVES, ""), hadoop));
            jars.stream().flatMap(ScriptDependencies::missing).forEach(warnings::add);
            return warnings;
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

    private static List<String> conflicts(SparkConf conf, String jars, Resolved packages) {
        List<Jar> added = split(jars).stream()
                .map(Utils::resolveURI)
                .filter(uri -> uri.getPath() != null && Files.isRegularFile(Path.of(uri.getPath())))
                .map(uri -> Jar.read(Path.of(uri.getPath())))
                .toList();
        List<Jar> ofSpark = Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
                .filter(entry -> entry.endsWith(".jar"))
                .map(entry -> Jar.named(Path.of(entry)))
                .toList();
        boolean isJobFirst = Boolean.parseBoolean(conf.get("spark.driver.userClassPathFirst", "false"));
        List<String> told = new ArrayList<>(packages.evictions());
        told.addAll(new JarConflicts(ofSpark, added, isJobFirst).told());
        told.forEach(conflict -> PodLog.say("conflict of versions: " + conflict));
        return told;
    }

    private static Stream<String> missing(String jar) {
        URI uri = Utils.resolveURI(jar);
        boolean isThere = !Set.of("file", "local").contains(uri.getScheme()) || Files.exists(Path.of(uri.getPath()));
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
