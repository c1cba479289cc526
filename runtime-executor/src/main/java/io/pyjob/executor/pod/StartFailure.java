package io.pyjob.executor.pod;

import org.jspecify.annotations.Nullable;

/**
 * Why a JVM of the pod cannot go on, in a sentence for the job's owner.
 *
 * <p>The message is the first line of the container's termination message as it stands.
 */
public final class StartFailure extends RuntimeException {
    /** Something in the pod's surroundings is missing or late (EX_SOFTWARE is what sysexits.h calls it). */
    public static final int EXIT_CODE = 70;

    public StartFailure(String message) {
        this(message, null);
    }

    public StartFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
