package io.pyjob.operator.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.pyjob.api.LastPythonEnd;
import io.pyjob.api.Progress;
import io.pyjob.api.PythonStatus;
import io.pyjob.api.SparkTimeline;
import io.pyjob.operator.plan.DriverReport;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a driver sends, read from JSON. Pure. */
public final class ReportMessage {
    private static final int VERSION = 1;
    private static final Pattern CAUSE = Pattern.compile("[A-Za-z]{1,40}");
    private static final int MOST_CAUSES = 20;
    private static final int MOST_MODULES = 10;
    private static final int MOST_CONFLICTS = 20;
    private static final int LONGEST_TEXT = 2000;

    /** The year 10000, from which on RFC 3339 has no more digits. */
    private static final long LATEST_MILLIS = 253_402_300_800_000L;

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
                        count(tasks, "total")),
                python(body.path("python")),
                times(body.path("times")),
                conflicts(body.path("conflicts")));
    }

    private static List<String> conflicts(JsonNode conflicts) {
        return conflicts
                .valueStream()
                .filter(JsonNode::isTextual)
                .limit(MOST_CONFLICTS)
                .map(text -> cut(text.asText()))
                .toList();
    }

    /** Milliseconds since 1970; what is no time of our days is passed over. */
    private static SparkTimeline times(JsonNode times) {
        return new SparkTimeline(
                time(times, "jvm"),
                time(times, "gateway"),
                time(times, "script"),
                time(times, "session"),
                time(times, "executor"),
                time(times, "executors"),
                time(times, "task"),
                time(times, "pythonTask"),
                time(times, "scriptEnd"));
    }

    private static @Nullable String time(JsonNode times, String field) {
        long millis = times.path(field).asLong();
        return millis > 0 && millis < LATEST_MILLIS
                ? Instant.ofEpochMilli(millis).toString()
                : null;
    }

    /** Only what a person reads: what is no number or text is passed over, what is too long is cut. */
    private static PythonStatus python(JsonNode python) {
        Map<String, Long> ended = new TreeMap<>();
        for (Map.Entry<String, JsonNode> end : python.path("ended").properties()) {
            long count = end.getValue().asLong();
            if (count > 0 && CAUSE.matcher(end.getKey()).matches() && ended.size() < MOST_CAUSES) {
                ended.put(end.getKey(), count);
            }
        }
        Map<String, String> preload = new TreeMap<>();
        for (Map.Entry<String, JsonNode> module : python.path("preload").properties()) {
            if (preload.size() < MOST_MODULES) {
                preload.put(cut(module.getKey()), cut(module.getValue().asText()));
            }
        }
        JsonNode last = python.path("last");
        String cause = last.path("cause").asText();
        return new PythonStatus(
                ended,
                Math.max(0, python.path("restarts").asLong()),
                CAUSE.matcher(cause).matches()
                        ? new LastPythonEnd(
                                cut(last.path("executor").asText()),
                                cause,
                                cut(last.path("message").asText()))
                        : null,
                preload);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 3) + "...";
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
