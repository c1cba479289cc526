package io.pyjob.driver.script;

import io.pyjob.executor.pod.PodDirectory;
import io.pyjob.executor.pod.PodLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files by which the script's container hears of what this JVM has done for it; docs/protocol.md has them. */
record Answers(Path folder) {
    private static final String FAILED = ".failed";

    static Answers of(PodDirectory pod) {
        return new Answers(pod.run());
    }

    /** {@code what} is done; the text says how. */
    void done(String what, String text) {
        write(what, text);
    }

    /** {@code what} cannot be done, for the reason in the first line of the text. */
    void failed(String what, String text) {
        PodLog.say(text);
        write(what + FAILED, text);
    }

    /** It appears whole, as somebody waits for it. */
    private void write(String name, String text) {
        Path unfinished = folder.resolve("." + name + ".new");
        try {
            Files.write(unfinished, text.getBytes(StandardCharsets.UTF_8));
            Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(folder.resolve(name) + " cannot be written", e);
        }
    }
}
