package io.pyjob.driver.script;

import io.pyjob.executor.pod.PodDirectory;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/**
 * The gateway's entry point: {@code pyjob/_context.py} calls it, by name, just before the script's side makes a
 * SparkContext, with the SparkConf that it has for that.
 *
 * <p>Answers are texts, since each object would cost the script's side a call. A line is a word and, after a tab, what the
 * word is about; docs/protocol.md has them. No answer has more to say than the empty one.
 */
public final class ScriptConf {
    private static final Set<String> DEPENDENCIES = Set.of(
            ScriptDependencies.PACKAGES,
            ScriptDependencies.JARS,
            ScriptDependencies.PY_FILES,
            ScriptDependencies.FILES,
            ScriptDependencies.ARCHIVES);

    private final Map<String, String> job;
    private final ScriptDependencies dependencies;
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    private ScriptConf(Map<String, String> job, ScriptDependencies dependencies) {
        this.job = Map.copyOf(job);
        this.dependencies = dependencies;
    }

    /**
     * For a job of these settings, which are those of this JVM's new SparkConfs, too. From now on the calling thread, and all that it starts, find the classes of the packages
     * and jars that a script will name.
     */
    public static ScriptConf of(
            Map<String, String> job, PodDirectory pod, Sources sources, Consumer<Collection<String>> onConflicts) {
        ScriptDependencies dependencies =
                ScriptDependencies.forThisThread(job, pod, sources.hadoopConf(), sources.hasPackages(), onConflicts);
        Preparations.start(dependencies, pod, sources.script(), sources.hasPackages());
        return new ScriptConf(job, dependencies);
    }

    /** Gives the job back what is the job's to decide. */
    public String settle(SparkConf conf) {
        Map<String, String> asked = new TreeMap<>();
        for (Tuple2<String, String> setting : conf.getAll()) {
            asked.put(setting._1(), setting._2());
        }
        Settlement settlement = Settlement.of(job, asked);
        StringBuilder answer = new StringBuilder();
        settlement.changes().forEach((key, value) -> {
            value.ifPresentOrElse(decided -> conf.set(key, decided), () -> conf.remove(key));
            if (asked.containsKey(key)) {
                answer.append("drop\t").append(key).append('\n');
            }
        });
        settlement.warnings().values().stream()
                .filter(said::add)
                .forEach(warning -> answer.append("say\t").append(warning).append('\n'));
        // Of the conf as it is now: a script's new SparkConf(false) had not those of the job.
        if (DEPENDENCIES.stream().anyMatch(key -> !conf.get(key, "").isBlank())) {
            answer.append("fetch\t")
                    .append(oneLine(conf.get(ScriptDependencies.PACKAGES, "")))
                    .append('\n');
        }
        return answer.toString();
    }

    /** Sees to the packages, jars and files that the settings name. */
    public String fetch(SparkConf conf) {
        try {
            Stream<String> missing = dependencies.provide(conf).stream().filter(said::add);
            StringBuilder answer = new StringBuilder();
            missing.forEach(
                    warning -> answer.append("say\t").append(oneLine(warning)).append('\n'));
            return answer.toString();
        } catch (CannotProvide e) {
            return "fail\t" + e.getMessage();
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
