package io.pyjob.executor.logs;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What this JVM prints from now on: it goes where it went before, and is held here until it is copied.
 *
 * <p>What does not go through {@link System#out} and {@link System#err} is not in it: the few words of the JVM itself.
 */
final class OwnOutput implements LogSource {
    private static final int LIMIT = 4 * MOST;

    private byte[] held = new byte[8192];
    private int size;
    private long leftOut;

    /** Listens to this JVM's output. */
    static OwnOutput listen() {
        OwnOutput output = new OwnOutput();
        // To both at every line's end, as before: whoever looks at a log wants to see where it has come to.
        System.setOut(new PrintStream(output.beside(System.out), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(output.beside(System.err), true, StandardCharsets.UTF_8));
        return output;
    }

    OutputStream beside(PrintStream before) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                before.write(bytes, offset, length);
                hold(bytes, offset, length);
            }

            @Override
            public void flush() {
                before.flush();
            }
        };
    }

    private synchronized void hold(byte[] bytes, int offset, int length) {
        if (size + length > LIMIT) {
            leftOut += length;
            return;
        }
        if (leftOut > 0) {
            byte[] note = ("[pyjob] " + leftOut + " bytes are missing here: they were not copied in time\n")
                    .getBytes(StandardCharsets.UTF_8);
            leftOut = 0;
            append(note, 0, note.length);
        }
        append(bytes, offset, length);
    }

    private void append(byte[] bytes, int offset, int length) {
        if (size + length > held.length) {
            held = Arrays.copyOf(held, Math.max(2 * held.length, size + length));
        }
        System.arraycopy(bytes, offset, held, size, length);
        size += length;
    }

    @Override
    public String name() {
        return "jvm";
    }

    @Override
    public synchronized byte[] next() {
        return Arrays.copyOf(held, Math.min(size, MOST));
    }

    @Override
    public synchronized void copied(int bytes) {
        System.arraycopy(held, bytes, held, 0, size - bytes);
        size -= bytes;
        if (size == 0 && held.length > MOST) {
            held = new byte[8192];
        }
    }
}
