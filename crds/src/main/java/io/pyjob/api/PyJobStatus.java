package io.pyjob.api;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator says of a job. Times are RFC 3339, in UTC. */
public record PyJobStatus(
        Phase phase,
        List<Condition> conditions,
        Long observedGeneration,
        Integer attempt,
        ExecutorsStatus executors,
        Progress progress,
        @Nullable String startTime,
        @Nullable String completionTime,
        @Nullable Integer exitCode,
        @Nullable String message) {
    public static final PyJobStatus NEW = new PyJobStatus(
            Phase.Pending, List.of(), 0L, 1, ExecutorsStatus.NONE, Progress.NONE, null, null, null, null);

    public PyJobStatus {
        phase = phase == null ? Phase.Pending : phase;
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        observedGeneration = observedGeneration == null ? 0L : observedGeneration;
        attempt = attempt == null ? 1 : attempt;
        executors = executors == null ? ExecutorsStatus.NONE : executors;
        progress = progress == null ? Progress.NONE : progress;
    }
}
