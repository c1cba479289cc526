package io.pyjob.executor.sql;

import java.util.function.Supplier;
import org.apache.spark.rdd.InputFileBlockHolder$;
import org.jspecify.annotations.Nullable;

/**
 * What `input_file_name()` is for what lies behind a Python function.
 *
 * <p>A scan that has read its last file forgets its name, while rows of it are still with the worker. So from then on the
 * scan has a name of its own, and what asks for it behind the function finds the last one, as with Spark's own runner.
 */
final class InputFileScope {
    private @Nullable Object ofInput;

    /** Runs what may read from a scan. */
    <T> T within(Supplier<T> read) {
        Object outside = InputFileBlockHolder$.MODULE$.getThreadLocalValue();
        if (ofInput != null) {
            InputFileBlockHolder$.MODULE$.setThreadLocalValue(ofInput);
        }
        try {
            return read.get();
        } finally {
            Object now = InputFileBlockHolder$.MODULE$.getThreadLocalValue();
            if (ofInput != null || now != outside) {
                ofInput = now;
                InputFileBlockHolder$.MODULE$.setThreadLocalValue(outside);
            }
        }
    }
}
