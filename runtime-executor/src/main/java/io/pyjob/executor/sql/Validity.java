package io.pyjob.executor.sql;

import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;

/** The bits that tell values from nulls. As long as there is no null, none is written. */
final class Validity {
    private long address;
    private boolean someNull;

    /** With a buffer at that address; what is in it does not matter. */
    Validity(long address) {
        this.address = address;
    }

    /** The buffer was copied to a larger one. */
    void moved(long to) {
        address = to;
    }

    void addValue(int index) {
        if (someNull) {
            set(address, index);
        }
    }

    void addNull(int index) {
        if (!someNull) {
            someNull = true;
            setFirst(address, index);
        }
        clear(address, index);
    }

    /** Adds those of `count` rows of a column, to be number `index` and so on here. */
    void add(ColumnVector from, int start, int count, int index) {
        if (from.hasNull()) {
            for (int i = 0; i < count; i++) {
                if (from.isNullAt(start + i)) {
                    addNull(index + i);
                } else {
                    addValue(index + i);
                }
            }
        } else if (someNull) {
            for (int i = 0; i < count; i++) {
                set(address, index + i);
            }
        }
    }

    void finish(int rows) {
        if (!someNull) {
            setFirst(address, rows);
        }
    }

    /** Sets the first `count` bits, and clears what is left of their last byte. */
    private static void setFirst(long address, int count) {
        int whole = count >> 3;
        Platform.setMemory(null, address, whole, (byte) 0xff);
        if ((count & 7) != 0) {
            Platform.putByte(null, address + whole, (byte) ((1 << (count & 7)) - 1));
        }
    }

    static void set(long address, int index) {
        long at = address + (index >> 3);
        Platform.putByte(null, at, (byte) (Platform.getByte(null, at) | 1 << (index & 7)));
    }

    static void clear(long address, int index) {
        long at = address + (index >> 3);
        Platform.putByte(null, at, (byte) (Platform.getByte(null, at) & ~(1 << (index & 7))));
    }

    static boolean get(long address, int index) {
        return (Platform.getByte(null, address + (index >> 3)) >> (index & 7) & 1) != 0;
    }
}
