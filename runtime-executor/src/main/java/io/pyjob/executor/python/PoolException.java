package io.pyjob.executor.python;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The pool of Python workers gave no worker. The message is for the job's owner and stands alone. */
public final class PoolException extends IOException {
    PoolException(String message) {
        super(message);
    }

    PoolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
