package io.pyjob.operator.local;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
        name = "pyjob",
        mixinStandardHelpOptions = true,
        version = "pyjob 0.1.0 (Apache Spark 4.2.0)",
        description = "Runs PySpark jobs on this machine, as PyJob runs them on Kubernetes.",
        footer = {
            "",
            "Examples:",
            "  pyjob run examples/wordcount/job.yaml",
            "  pyjob run --executors 4 my_script.py --date 2026-01-01",
            "  pyjob run --trace job.yaml",
            "  pyjob validate job.yaml",
            "  pyjob image -o image job.yaml",
            "",
            "Environment: JAVA_HOME, SPARK_HOME, PYJOB_CACHE (what is fetched once; default ~/.cache/pyjob)."
        })
final class PyJobCommand implements Runnable {
    @Spec
    @org.jspecify.annotations.Nullable
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                java.util.Objects.requireNonNull(spec).commandLine(),
                "a command is missing: run, validate, image or trace");
    }
}
