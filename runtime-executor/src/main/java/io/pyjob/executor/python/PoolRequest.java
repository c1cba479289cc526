package io.pyjob.executor.python;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;

/**
 * What the JVM says to the pool: one frame, an int32 length and that many bytes of JSON.
 *
 * <p>Jackson's streaming writer only: its data binding would cost the first task some 100 ms of class loading.
 */
final class PoolRequest {
    static final int VERSION = 1;

    /** The pool refuses longer ones, which can only be an environment gone wild. */
    static final int LONGEST = 1 << 20;

    private static final JsonFactory JSON = new JsonFactory();

    private PoolRequest() {}

    /** What can be done to a worker. */
    enum Signal {
        /** SIGKILL. */
        KILL,
        /** SIGTERM. */
        TERM,
        /** Let it end by itself, SIGKILL after a second. */
        STOP,
        /** Only ask whether it lives. */
        ALIVE
    }

    static ByteBuffer worker(WorkerKey key) throws PoolException {
        ByteBuffer frame = frame(json -> {
            json.writeStringField("module", key.module());
            json.writeObjectFieldStart("env");
            for (Map.Entry<String, String> variable : key.env().entrySet()) {
                json.writeStringField(variable.getKey(), variable.getValue());
            }
            json.writeEndObject();
        });
        int length = frame.remaining() - Integer.BYTES;
        if (length > LONGEST) {
            throw new PoolException("the environment of the Python workers takes " + length + " bytes, and " + LONGEST
                    + " are allowed: shorten spark.executorEnv.* and the environment that the script sets");
        }
        return frame;
    }

    static ByteBuffer signal(Signal signal, int pid) {
        return frame(json -> {
            json.writeStringField("op", signal.name().toLowerCase(Locale.ROOT));
            json.writeNumberField("pid", pid);
        });
    }

    /** Asks why a worker has ended. */
    static ByteBuffer why(int pid) {
        return frame(json -> {
            json.writeStringField("op", "why");
            json.writeNumberField("pid", pid);
        });
    }

    /** Asks how the pool is. */
    static ByteBuffer stats() {
        return frame(json -> json.writeStringField("op", "stats"));
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static ByteBuffer frame(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("v", VERSION);
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return ByteBuffer.allocate(Integer.BYTES + bytes.size())
                .putInt(bytes.size())
                .put(bytes.toByteArray())
                .flip();
    }
}
