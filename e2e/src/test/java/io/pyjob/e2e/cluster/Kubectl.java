package io.pyjob.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** kubectl as a user has it: the program on the PATH, with KUBECONFIG. */
final class Kubectl {
    private static final long LONGEST_SECONDS = 300;

    private Kubectl() {}

    static Answer run(String... arguments) {
        return run("", List.of(arguments));
    }

    static Answer run(String input, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(arguments);
        Path in = file("in");
        Path out = file("out");
        Path err = file("err");
        try {
            Files.writeString(in, input);
            Process process = new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("not ended within " + LONGEST_SECONDS + " s: " + String.join(" ", command));
            }
            return new Answer(String.join(" ", command), process.exitValue(), text(out), text(err));
        } catch (IOException e) {
            throw new UncheckedIOException("kubectl cannot be run; it has to be on the PATH", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + String.join(" ", command), e);
        } finally {
            List.of(in, out, err).forEach(file -> file.toFile().delete());
        }
    }

    private static Path file(String suffix) {
        try {
            return Files.createTempFile("kubectl", suffix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
