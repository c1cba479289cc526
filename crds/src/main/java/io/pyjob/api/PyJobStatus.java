package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator says of a job. Times are RFC 3339, in UTC. */
public record PyJobStatus(
        @JsonPropertyDescription(
                "Where the job is: Suspended, Pending, Starting, Running, or Retrying; Succeeded, Failed and Cancelled are final.")
        Phase phase,

        @JsonPropertyDescription("What is known about the job, and since when.")
        List<Condition> conditions,

        @JsonPropertyDescription("The metadata.generation that this status is about.")
        Long observedGeneration,

        @JsonPropertyDescription("The number of the current attempt, from 1; it is in the names of the attempt's pods.")
        Integer attempt,

        @JsonPropertyDescription("The executors of the current attempt.")
        ExecutorsStatus executors,

        @JsonPropertyDescription("How far Spark is, as its driver last said.")
        Progress progress,

        @JsonPropertyDescription("When the job was started; when it was resumed last, if it had been suspended.")
        @Nullable
        String startTime,

        @JsonPropertyDescription("When the job came to its end.") @Nullable
        String completionTime,

        @JsonPropertyDescription("The script's exit code.") @Nullable
        Integer exitCode,

        @JsonPropertyDescription("Why the job has ended, or what keeps it from going on, in one word.") @Nullable
        String reason,

        @JsonPropertyDescription("Why the job has ended, or what keeps it from going on, for people.") @Nullable
        String message,

        @JsonPropertyDescription("What kubectl get shows.") StatusSummary summary,

        @JsonPropertyDescription("Label selector of the executors' pods, for autoscalers.") @LabelSelector @Nullable
        String selector,

        @JsonPropertyDescription("What has gone wrong with Python workers; not there as long as nothing has.") @Nullable
        PythonStatus python,

        @JsonPropertyDescription("What the job has come by, and when: where the time goes at the start.") @Nullable
        Timeline timeline,

        @JsonPropertyDescription("The latest ten attempts, the current one last.")
        List<AttemptStatus> attempts,

        @JsonPropertyDescription("How much of the retries is used up.")
        RestartStatus restarts) {
    public static final PyJobStatus NEW = new PyJobStatus(
            Phase.Pending,
            List.of(),
            0L,
            1,
            ExecutorsStatus.NONE,
            Progress.NONE,
            null,
            null,
            null,
            null,
            null,
            StatusSummary.NONE,
            null,
            null,
            null,
            List.of(),
            RestartStatus.NONE);

    public PyJobStatus {
        phase = phase == null ? Phase.Pending : phase;
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        observedGeneration = observedGeneration == null ? 0L : observedGeneration;
        attempt = attempt == null ? 1 : attempt;
        executors = executors == null ? ExecutorsStatus.NONE : executors;
        progress = progress == null ? Progress.NONE : progress;
        summary = summary == null ? StatusSummary.NONE : summary;
        attempts = attempts == null ? List.of() : List.copyOf(attempts);
        restarts = restarts == null ? RestartStatus.NONE : restarts;
    }

    /** The same, of a job of which this is known besides. */
    public PyJobStatus with(Timeline known) {
        return new PyJobStatus(
                phase,
                conditions,
                observedGeneration,
                attempt,
                executors,
                progress,
                startTime,
                completionTime,
                exitCode,
                reason,
                message,
                summary,
                selector,
                python,
                known.equals(Timeline.NONE) ? null : known,
                attempts,
                restarts);
    }

    /** Whether the two differ in no more than in what they know of times: which alone is not worth a write. */
    public boolean isSameButForTimes(PyJobStatus other) {
        return with(Timeline.NONE).equals(other.with(Timeline.NONE));
    }
}
