package io.pyjob.operator.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.pyjob.api.Progress;
import io.pyjob.operator.plan.DriverReport;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** What a driver sends, read from JSON. Pure. */
public final class ReportMessage {
    private static final int VERSION = 1;

    private ReportMessage() {}

    /** Thrown for a body that is not a report; the message is for the sender. */
    public static final class Malformed extends Exception {
        Malformed(String message) {
            super(message);
        }
    }

    /**
     * Reads the report of {@code job}. Fields that it does not know are passed over, so that a newer driver can say more.
     */
    public static DriverReport read(JsonNode body, JobKey job) throws Malformed {
        if (body.path("v").asInt() != VERSION) {
            throw new Malformed("v: must be " + VERSION + ", not " + body.path("v"));
        }
        if (!body.path("job").asText().equals(job.toString())) {
            throw new Malformed("job: must be " + job + ", as in the path, not " + body.path("job"));
        }
        JsonNode executors = body.path("executors");
        JsonNode stages = body.path("progress").path("stages");
        JsonNode tasks = body.path("progress").path("tasks");
        Set<Integer> killed = new HashSet<>();
        for (JsonNode id : body.path("kill")) {
            killed.add(id.asInt());
        }
        return new DriverReport(
                body.path("attempt").asInt(1),
                state(body.path("state").asText()),
                count(executors, "wanted"),
                count(executors, "registered"),
                count(executors, "lastId"),
                killed,
                new Progress(
                        count(stages, "done"),
                        count(stages, "active"),
                        count(stages, "total"),
                        count(tasks, "done"),
                        count(tasks, "active"),
                        count(tasks, "failed"),
                        count(tasks, "total")));
    }

    private static DriverReport.State state(String text) throws Malformed {
        for (DriverReport.State state : DriverReport.State.values()) {
            if (state.name().toLowerCase(Locale.ROOT).equals(text)) {
                return state;
            }
        }
        throw new Malformed("state: must be starting, running or stopping, not \"" + text + "\"");
    }

    private static int count(JsonNode parent, String field) throws Malformed {
        JsonNode value = parent.path(field);
        if (value.isMissingNode()) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
            throw new Malformed(field + ": must be a whole number of at least 0, not " + value);
        }
        return value.asInt();
    }
}
