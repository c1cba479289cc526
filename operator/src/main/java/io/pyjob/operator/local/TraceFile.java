package io.pyjob.operator.local;

import io.pyjob.operator.trace.Trace;
import io.pyjob.operator.trace.TraceEvents;
import io.pyjob.operator.trace.TracePicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A trace on disk: a picture or data, as its name says. */
final class TraceFile {
    private static final String PICTURE = ".svg";
    private static final String DATA = ".json";

    private TraceFile() {}

    static boolean isNamedSo(String name) {
        return name.endsWith(PICTURE) || name.endsWith(DATA);
    }

    static void write(Trace trace, Path file) throws IOException {
        boolean isPicture = file.toString().endsWith(PICTURE);
        Files.writeString(file, isPicture ? TracePicture.svg(trace) : TraceEvents.json(trace));
    }
}
