package io.pyjob.operator.plan;

import io.pyjob.api.ExecutorsStatus;
import io.pyjob.api.Phase;
import io.pyjob.api.Progress;
import io.pyjob.api.StatusSummary;
import io.pyjob.operator.plan.DriverReport.State;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What kubectl get shows in its columns. */
final class Summaries {
    private Summaries() {}

    /** Of a job that ends or has ended the executors are those that it had before. */
    static StatusSummary of(
            Situation s,
            Phase phase,
            ExecutorsStatus executors,
            Progress progress,
            String start,
            @Nullable String end) {
        boolean stops = s.report().filter(r -> r.state() == State.STOPPING).isPresent();
        return new StatusSummary(
                phase.isFinal() || stops
                        ? s.before().summary().executors()
                        : executors.ready() + "/" + executors.desired(),
                progress.tasksDone() + "/" + progress.tasksTotal(),
                end == null ? null : text(Duration.between(Instant.parse(start), Instant.parse(end))));
    }

    /** Two units at most: 59s, 1m12s, 2h5m. */
    static String text(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        return seconds < 3600
                ? seconds / 60 + "m" + seconds % 60 + "s"
                : seconds / 3600 + "h" + seconds % 3600 / 60 + "m";
    }
}
