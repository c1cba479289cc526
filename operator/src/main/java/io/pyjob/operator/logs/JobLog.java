package io.pyjob.operator.logs;

import io.fabric8.kubernetes.api.model.Condition;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One line for each step of a job. The job's name is in the line's fields, put there by the reconciler's thread. */
public final class JobLog {
    private static final Logger LOG = LoggerFactory.getLogger(JobLog.class);

    private JobLog() {}

    /** What is logged; an empty reason is none. */
    record Line(boolean warning, String message, String phase, String reason) {}

    /** The status of {@code job} was {@code before}, and is {@code after} since {@code now}. */
    public static void changed(PyJob job, PyJobStatus before, PyJobStatus after, Instant now) {
        line(job, before, after, now).ifPresent(JobLog::log);
    }

    private static void log(Line line) {
        LoggingEventBuilder event = (line.warning() ? LOG.atWarn() : LOG.atInfo()).addKeyValue("phase", line.phase());
        (line.reason().isEmpty() ? event : event.addKeyValue("reason", line.reason())).log(line.message());
    }

    static Optional<Line> line(PyJob job, PyJobStatus before, PyJobStatus after, Instant now) {
        return before.phase() == after.phase() ? stall(before, after) : Optional.of(phase(job, before, after, now));
    }

    private static Line phase(PyJob job, PyJobStatus before, PyJobStatus after, Instant now) {
        boolean failed = after.phase() == Phase.Failed;
        String message = before.phase() + " -> " + after.phase() + " after " + age(job, now) + " s";
        return new Line(
                failed,
                failed && after.message() != null ? message + ": " + firstLine(after.message()) : message,
                after.phase().name(),
                holding(after, "Finished").map(Condition::getReason).orElse(""));
    }

    /** A job that is held up says so once for each reason, and once when it goes on. */
    private static Optional<Line> stall(PyJobStatus before, PyJobStatus after) {
        Optional<Condition> was = holding(before, "Stalled");
        Optional<Condition> is = holding(after, "Stalled");
        String phase = after.phase().name();
        if (is.isEmpty()) {
            return was.map(over -> new Line(false, "goes on", phase, ""));
        }
        String reason = is.get().getReason();
        return was.filter(old -> old.getReason().equals(reason)).isPresent()
                ? Optional.empty()
                : Optional.of(new Line(
                        true, "held up: " + reason + ": " + firstLine(is.get().getMessage()), phase, reason));
    }

    private static long age(PyJob job, Instant now) {
        String created = job.getMetadata().getCreationTimestamp();
        return created == null
                ? 0
                : Math.max(0, Duration.between(Instant.parse(created), now).toSeconds());
    }

    private static Optional<Condition> holding(PyJobStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> type.equals(c.getType()) && "True".equals(c.getStatus()))
                .findFirst();
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
