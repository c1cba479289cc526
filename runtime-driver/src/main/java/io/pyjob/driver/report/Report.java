package io.pyjob.driver.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the operator is told. It is the whole state each time, so that one lost report costs nothing.
 *
 * @param job namespace/name
 * @param attempt which attempt of the job
 * @param state where the SparkContext is
 * @param executors how many
 * @param kill executors that Spark told to go: their end is no failure
 * @param progress of all Spark jobs so far
 * @param python what has gone wrong with Python workers
 * @param times when what happened first, in milliseconds since 1970
 * @param conflicts jars that do not go together, a sentence for each
 */
record Report(
        String job,
        int attempt,
        State state,
        Executors executors,
        List<Integer> kill,
        Progress progress,
        PythonWorkers python,
        Map<Moment, Long> times,
        List<String> conflicts) {

    enum State {
        /** The script has made no SparkContext yet. */
        STARTING,
        /** There is a SparkContext, and it wants executors. */
        RUNNING,
        /** There is none any more: executors that leave must not be replaced. */
        STOPPING
    }

    /** Executors that Spark wants, that are connected, and the highest id that it has seen. */
    record Executors(int wanted, int registered, int lastId) {}

    private static final int VERSION = 1;
    private static final int LONGEST_TEXT = 2000;
    private static final int MOST_CONFLICTS = 20;
    private static final int MOST_MODULES = 10;
    private static final JsonFactory JSON = new JsonFactory();

    Report {
        kill = List.copyOf(kill);
        times = Map.copyOf(times);
        conflicts = List.copyOf(conflicts);
    }

    /** Jackson's streaming writer only: data binding would load hundreds of classes while Spark starts. */
    byte[] toJson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("v", VERSION);
            json.writeStringField("job", job);
            json.writeNumberField("attempt", attempt);
            json.writeStringField("state", state.name().toLowerCase(Locale.ROOT));
            json.writeObjectFieldStart("executors");
            json.writeNumberField("wanted", executors.wanted());
            json.writeNumberField("registered", executors.registered());
            json.writeNumberField("lastId", executors.lastId());
            json.writeEndObject();
            json.writeArrayFieldStart("kill");
            for (int id : kill) {
                json.writeString(Integer.toString(id));
            }
            json.writeEndArray();
            json.writeObjectFieldStart("progress");
            json.writeObjectFieldStart("stages");
            json.writeNumberField("done", progress.stages().done());
            json.writeNumberField("active", progress.stages().active());
            json.writeNumberField("total", progress.stages().total());
            json.writeEndObject();
            json.writeObjectFieldStart("tasks");
            json.writeNumberField("done", progress.tasks().done());
            json.writeNumberField("active", progress.tasks().active());
            json.writeNumberField("failed", progress.tasks().failed());
            json.writeNumberField("total", progress.tasks().total());
            json.writeEndObject();
            json.writeEndObject();
            if (!python.equals(PythonWorkers.NONE)) {
                python(json);
            }
            if (!times.isEmpty()) {
                times(json);
            }
            if (!conflicts.isEmpty()) {
                json.writeArrayFieldStart("conflicts");
                for (String conflict : conflicts.subList(0, Math.min(MOST_CONFLICTS, conflicts.size()))) {
                    json.writeString(cut(conflict));
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private void times(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("times");
        for (Moment moment : Moment.values()) {
            Long at = times.get(moment);
            if (at != null) {
                json.writeNumberField(moment.field(), at);
            }
        }
        json.writeEndObject();
    }

    private void python(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("python");
        json.writeObjectFieldStart("ended");
        for (Map.Entry<String, Long> end : python.ended().entrySet()) {
            json.writeNumberField(end.getKey(), end.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("restarts", python.restarts());
        PythonWorkers.Last last = python.last();
        if (last != null) {
            json.writeObjectFieldStart("last");
            json.writeStringField("executor", last.executor());
            json.writeStringField("cause", last.cause());
            json.writeStringField("message", cut(last.message()));
            json.writeEndObject();
        }
        json.writeObjectFieldStart("preload");
        int modules = 0;
        for (Map.Entry<String, String> failed : python.preloadFailed().entrySet()) {
            if (++modules > MOST_MODULES) {
                break;
            }
            json.writeStringField(failed.getKey(), cut(failed.getValue()));
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** A report has a bound, and a person reads the beginning. */
    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 3) + "...";
    }
}
