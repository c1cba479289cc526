package io.pyjob.driver.script;

import io.pyjob.executor.pod.Failures;
import io.pyjob.executor.pod.PodDirectory;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * What this JVM does for a script before its first line: it fetches the script where only Hadoop reads, and the packages that
 * the manifest names. The script's side waits for both, so that a job that lacks them fails before anything of it has run.
 */
final class Preparations {
    private static final String SCRIPT = "script";
    private static final String JARS = "jars";

    private final ScriptDependencies dependencies;
    private final PodDirectory pod;
    private final Answers answers;

    private Preparations(ScriptDependencies dependencies, PodDirectory pod) {
        this.dependencies = dependencies;
        this.pod = pod;
        this.answers = Answers.of(pod);
    }

    /**
     * Begins, on a thread of its own.
     *
     * @param script address of a script; empty if the script's side has it or fetches it itself
     * @param packages whether the manifest has a field for packages
     */
    static void start(ScriptDependencies dependencies, PodDirectory pod, Optional<String> script, boolean packages) {
        if (script.isEmpty() && !packages) {
            return;
        }
        Preparations preparations = new Preparations(dependencies, pod);
        Thread thread = new Thread(
                () -> {
                    // Packages first: among them may be what the script's file system needs.
                    if (packages) {
                        preparations.packages();
                    }
                    script.ifPresent(preparations::script);
                },
                "preparations");
        thread.setDaemon(true);
        thread.start();
    }

    private void packages() {
        try {
            dependencies.resolveAhead(new SparkConf());
            answers.done(JARS, "");
        } catch (CannotProvide e) {
            answers.failed(JARS, String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            answers.failed(JARS, "spec.jvm.packages cannot be resolved: " + Failures.reason(e));
            throw e;
        }
    }

    private void script(String address) {
        try {
            answers.done(
                    SCRIPT,
                    HadoopScript.fetch(
                                    address,
                                    SparkHadoopUtil.get().newConfiguration(new SparkConf()),
                                    pod.root().resolve(SCRIPT))
                            .toString());
        } catch (CannotProvide e) {
            answers.failed(SCRIPT, String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            answers.failed(
                    SCRIPT,
                    "cannot download the script from " + HadoopScript.shown(address) + ": " + Failures.reason(e));
            throw e;
        }
    }
}
