package io.pyjob.executor.pod;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Words for exceptions whose own message is only a file's name, or nothing. */
public final class Failures {
    private Failures() {}

    /** What went wrong, without repeating which file it went wrong with. */
    public static String reason(Throwable failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof FileSystemException e && e.getReason() != null) {
            return e.getReason();
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }

    /** What it all began with; the layers above it often say no more than that something failed. */
    public static Throwable rootCause(Throwable failure) {
        Throwable root = failure;
        // Bounded, because a cause may be its own cause by way of others.
        for (int depth = 0; depth < 100; depth++) {
            Throwable cause = root.getCause();
            if (cause == null) {
                return root;
            }
            root = cause;
        }
        return root;
    }
}
