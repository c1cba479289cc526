package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How far Spark is, as its driver last said. Counts are of all Spark jobs of the script so far. */
public record Progress(
        @JsonPropertyDescription("Stages that are done.") int stagesDone,
        @JsonPropertyDescription("Stages that run.") int stagesActive,

        @JsonPropertyDescription("Stages that Spark knows of.")
        int stagesTotal,

        @JsonPropertyDescription("Tasks that are done.") int tasksDone,
        @JsonPropertyDescription("Tasks that run.") int tasksActive,

        @JsonPropertyDescription("Runs of tasks that failed; Spark tries again.")
        int tasksFailed,

        @JsonPropertyDescription("Tasks that Spark knows of.")
        int tasksTotal) {
    public static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, 0);
}
