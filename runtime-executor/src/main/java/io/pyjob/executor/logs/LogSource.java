package io.pyjob.executor.logs;

import java.io.IOException;

/** Something that is written bit by bit, of which a copy is made. Used by one thread. */
interface LogSource {
    /** The copy's name. */
    String name();

    /**
     * What comes next, at most {@link #MOST} bytes; none if there is nothing new. The same again, and maybe more, until it
     * is marked as copied.
     */
    byte[] next() throws IOException;

    /** So many bytes of what {@link #next} gave are in the copy. */
    void copied(int bytes) throws IOException;

    /** As much as is held in memory of one log. */
    int MOST = 1 << 20;
}
