package io.pyjob.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that was run, with a user's environment, and what it answered. */
record Ran(List<String> command, int code, String out, String err) {
    private static final long LONGEST_SECONDS = 600;

    static Ran command(String... command) {
        return withInput("", List.of(command));
    }

    static Ran withInput(String input, List<String> command) {
        try {
            Path in = Files.createTempFile("chart", ".in");
            Path out = Files.createTempFile("chart", ".out");
            Path err = Files.createTempFile("chart", ".err");
            try {
                Files.writeString(in, input);
                Process process = new ProcessBuilder(command)
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("not ended within " + LONGEST_SECONDS + " s: " + command);
                }
                return new Ran(command, process.exitValue(), text(out), text(err));
            } finally {
                for (Path file : List.of(in, out, err)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(command.get(0) + " cannot be run; it has to be on the PATH", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + command, e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /** Its standard output; it has to have succeeded. */
    String ok() {
        assertThat(code).as(toString()).isZero();
        return out;
    }

    /** All that it said; it has to have failed. */
    String refused() {
        assertThat(code).as(toString()).isNotZero();
        return out + err;
    }

    @Override
    public String toString() {
        return "$ " + String.join(" ", command) + "\n" + out + err + "(exit code " + code + ")";
    }
}
