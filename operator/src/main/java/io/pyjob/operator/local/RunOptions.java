package io.pyjob.operator.local;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code pyjob run} takes. */
final class RunOptions {
    @Parameters(index = "0", paramLabel = "JOB", description = "A manifest (job.yaml) or a script (script.py).")
    String target = "";

    @Parameters(
            index = "1..*",
            paramLabel = "ARG",
            description = "Arguments of the script; instead of spec.args if there are any.")
    List<String> args = List.of();

    @Option(names = "--name", paramLabel = "NAME", description = "The job's name.")
    @Nullable
    String name;

    @Option(
            names = {"-e", "--executors"},
            paramLabel = "N",
            description = "Number of executors: spec.executors.instances.")
    @Nullable
    Integer executors;

    @Option(
            names = "--executor-cores",
            paramLabel = "N",
            description = "Tasks that an executor runs at once: spec.executors.cores.")
    @Nullable
    Integer executorCores;

    @Option(
            names = {"-m", "--memory"},
            paramLabel = "SIZE",
            description = "Memory of each executor's JVM container, for instance 2Gi: spec.executors.memory.")
    @Nullable
    String memory;

    @Option(names = "--driver-memory", paramLabel = "SIZE", description = "Memory of the driver's: spec.driver.memory.")
    @Nullable
    String driverMemory;

    @Option(
            names = {"-c", "--conf"},
            paramLabel = "KEY=VALUE",
            description = "A setting of Spark: spec.conf. May be given many times.")
    Map<String, String> conf = new LinkedHashMap<>();

    @Option(
            names = {"-r", "--requirement"},
            paramLabel = "REQ",
            description = "A Python package to install: spec.python.requirements. May be given many times.")
    List<String> requirements = List.of();

    @Option(
            names = "--env",
            paramLabel = "NAME[=VALUE]",
            description = "A variable for the Python containers; without a value, this shell's.")
    List<String> env = List.of();

    @Option(
            names = "--volume",
            paramLabel = "NAME=FOLDER",
            description = "The folder that stands for a volume of the manifest here. May be given many times.")
    List<String> volumes = List.of();

    @Option(
            names = "--secret",
            paramLabel = "NAME=FOLDER",
            description =
                    "A Secret for this run: a folder with a file for each key, or a file with lines of KEY=VALUE. May be"
                            + " given many times.")
    List<String> secrets = List.of();

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description = "Use this Python as it is, instead of making an environment with the requirements.")
    @Nullable
    String python;

    @Option(
            names = "--isolate",
            description = "Give each container namespaces of its own, Python without Java and Java without Python"
                    + " (Linux, root).")
    boolean isolate;

    @Option(
            names = "--trace",
            arity = "0..1",
            paramLabel = "FILE",
            parameterConsumer = TraceFiles.class,
            description =
                    "Tell where the time went, after the job; or write it to FILE.svg, a picture, or FILE.json, trace"
                            + " events for Perfetto. May be given many times.")
    List<String> traces = List.of();

    @Option(
            names = "--event-log",
            paramLabel = "DIR",
            description = "Write Spark's event log into this folder: spec.eventLog. pyjob history DIR shows it.")
    @Nullable
    String eventLog;

    @Option(
            names = "--logs",
            paramLabel = "DIR",
            description = "Copy what the containers write into this folder, a folder for each run: spec.logs.")
    @Nullable
    String logs;

    @Option(names = "--keep", description = "Keep logs and directories, and say where they are.")
    boolean keep;

    @Option(
            names = {"-v", "--verbose"},
            description = "Tell what is planned and done.")
    boolean verbose;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress, only failures.")
    boolean quiet;
}
