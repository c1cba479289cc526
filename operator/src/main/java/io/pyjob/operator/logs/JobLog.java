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

    /** The status of {@code job} was {@code before}, and is {@code after} since {@code now}. */
    public static void changed(PyJob job, PyJobStatus before, PyJobStatus after, Instant now) {
        if (before.phase() != after.phase()) {
            phase(job, before, after, now);
        } else {
            stall(before, after);
        }
    }

    private static void phase(PyJob job, PyJobStatus before, PyJobStatus after, Instant now) {
        boolean failed = after.phase() == Phase.Failed;
        String reason = condition(after, "Finished")
                .filter(JobLog::isTrue)
                .map(Condition::getReason)
                .orElse("");
        LoggingEventBuilder line = (failed ? LOG.atWarn() : LOG.atInfo()).addKeyValue("phase", after.phase());
        String why = failed ? ": " + firstLine(after.message() == null ? "" : after.message()) : "";
        (reason.isEmpty() ? line : line.addKeyValue("reason", reason))
                .log("{} -> {} after {} s{}", before.phase(), after.phase(), age(job, now), why);
    }

    /** A job that is held up says so once for each reason, and once when it goes on. */
    private static void stall(PyJobStatus before, PyJobStatus after) {
        Optional<Condition> was = condition(before, "Stalled").filter(JobLog::isTrue);
        Optional<Condition> is = condition(after, "Stalled").filter(JobLog::isTrue);
        if (is.isPresent()) {
            Condition stalled = is.get();
            if (was.isEmpty() || !was.get().getReason().equals(stalled.getReason())) {
                LOG.atWarn()
                        .addKeyValue("reason", stalled.getReason())
                        .log("held up: {}: {}", stalled.getReason(), firstLine(stalled.getMessage()));
            }
        } else if (was.isPresent()) {
            LOG.info("goes on");
        }
    }

    private static long age(PyJob job, Instant now) {
        String created = job.getMetadata().getCreationTimestamp();
        return created == null
                ? 0
                : Math.max(0, Duration.between(Instant.parse(created), now).toSeconds());
    }

    private static Optional<Condition> condition(PyJobStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> type.equals(c.getType()))
                .findFirst();
    }

    private static boolean isTrue(Condition condition) {
        return "True".equals(condition.getStatus());
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
