package io.pyjob.driver.script;

import org.jspecify.annotations.Nullable;

/** A package or a file that the script names cannot be had. The message is the script's to show: cause and advice. */
final class CannotProvide extends RuntimeException {
    CannotProvide(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
