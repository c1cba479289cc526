package io.pyjob.operator.pods;

/** The names of the two containers of each of our pods. */
public final class PodContainers {
    /** Spark's JVM: it decides how long an executor's pod lives. */
    public static final String JVM = "jvm";

    /** The user's Python: in the driver's pod the script, whose end is the job's end; in an executor's the workers. */
    public static final String PYTHON = "python";

    private PodContainers() {}
}
