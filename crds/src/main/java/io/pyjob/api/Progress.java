package io.pyjob.api;

/** How far Spark is, as its driver last said. Counts are of all Spark jobs of the script so far. */
public record Progress(
        int stagesDone,
        int stagesActive,
        int stagesTotal,
        int tasksDone,
        int tasksActive,
        int tasksFailed,
        int tasksTotal) {
    public static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, 0);
}
