package io.pyjob.operator.pods;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The program that a Python container starts with: waits for PyJob's Python code and runs it. A constant of the jar. */
public final class Bootstrap {
    /** Its text, for {@code python3 -c}. */
    public static final String PROGRAM = read();

    private Bootstrap() {}

    private static String read() {
        try (InputStream in = Bootstrap.class.getResourceAsStream("bootstrap.py")) {
            if (in == null) {
                throw new IllegalStateException("io/pyjob/operator/pods/bootstrap.py is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read io/pyjob/operator/pods/bootstrap.py", e);
        }
    }
}
