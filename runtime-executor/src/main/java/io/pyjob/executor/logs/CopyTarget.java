package io.pyjob.executor.logs;

import java.io.IOException;
import java.time.Duration;

/** Where copies go. */
interface CopyTarget {
    /** Adds to the copy of that name; all of it, or it throws. */
    void append(String name, byte[] bytes) throws IOException;

    /** How long something may wait to be added with what comes after it. */
    Duration pace();
}
