package io.pyjob.operator.trace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Arrays;

/**
 * A trace as JSON in Chrome's trace event format, which Perfetto reads: complete events ({@code X}), with times in
 * microseconds. A lane is a thread, whose events must not overlap. Pure.
 */
public final class TraceEvents {
    private static final int PROCESS = 1;

    private TraceEvents() {}

    /** The file's text. */
    public static String json(Trace trace) {
        ObjectNode file = JsonNodeFactory.instance.objectNode();
        ArrayNode events = file.putArray("traceEvents");
        metadata(events, 0, "process_name").put("name", trace.job());
        for (Lane lane : Lane.values()) {
            if (trace.spans().stream().anyMatch(span -> span.lane() == lane)) {
                metadata(events, thread(lane), "thread_name").put("name", lane.title());
                metadata(events, thread(lane), "thread_sort_index").put("sort_index", thread(lane));
            }
        }
        trace.spans().forEach(span -> event(events, span));
        file.put("displayTimeUnit", "ms");
        return file.toPrettyString() + "\n";
    }

    private static void event(ArrayNode events, Span span) {
        events.addObject()
                .put("name", span.reached())
                .put("cat", "start")
                .put("ph", "X")
                .put("ts", micros(span.from()))
                .put("dur", micros(span.to()) - micros(span.from()))
                .put("pid", PROCESS)
                .put("tid", thread(span.lane()))
                .putObject("args")
                .put("reached", span.to().toString())
                .put("clock", span.clock().title());
    }

    private static ObjectNode metadata(ArrayNode events, int thread, String name) {
        return events.addObject()
                .put("name", name)
                .put("ph", "M")
                .put("pid", PROCESS)
                .put("tid", thread)
                .putObject("args");
    }

    private static int thread(Lane lane) {
        return 1 + Arrays.asList(Lane.values()).indexOf(lane);
    }

    private static long micros(Instant at) {
        return at.toEpochMilli() * 1000;
    }
}
