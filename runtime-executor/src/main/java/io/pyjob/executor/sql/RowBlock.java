package io.pyjob.executor.sql;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/**
 * Some hundred of Spark's binary rows in one piece of memory, which are written column by column.
 *
 * <p>So each loop is over values of one type, and as many rows are made at a time as stay in the processor's cache.
 */
final class RowBlock {
    private static final int MAX_ROWS = 512;
    private static final int MAX_BYTES = 64 << 10;
    private static final int WORD = Long.BYTES;

    private final RowField[] fields;
    private final int nullBits;
    private final UnsafeRow row;
    private final long[] sizes = new long[MAX_ROWS];
    private final int[] starts = new int[MAX_ROWS];

    /** Of each row, as far as it is written. */
    private final int[] written = new int[MAX_ROWS];

    private byte[] memory = new byte[0];
    private int rows;

    RowBlock(List<RowField> fields) {
        this.fields = fields.toArray(RowField[]::new);
        nullBits = UnsafeRow.calculateBitSetWidthInBytes(fields.size());
        row = new UnsafeRow(fields.size());
    }

    /** So many bytes have room in whole words. */
    static int wholeWords(int bytes) {
        return Math.addExact(bytes, WORD - 1) & -WORD;
    }

    /** Makes rows of the columns' rows from `start` on, at least one and at most up to `end`, and says how many. */
    int fill(List<ArrowColumn> columns, int start, int end) {
        int most = Math.min(MAX_ROWS, end - start);
        int words = nullBits + fields.length * WORD;
        Arrays.fill(sizes, 0, most, words);
        for (int i = 0; i < fields.length; i++) {
            fields[i].addSizes(columns.get(i), start, most, sizes);
        }
        rows = 0;
        int bytes = 0;
        while (rows < most && (rows == 0 || bytes + sizes[rows] <= MAX_BYTES)) {
            if (sizes[rows] > Integer.MAX_VALUE - WORD) {
                throw new IllegalStateException(
                        "a row of " + sizes[rows] + " bytes is larger than Spark's rows can be");
            }
            starts[rows] = bytes;
            written[rows] = words;
            bytes += (int) sizes[rows];
            rows++;
        }
        if (memory.length < bytes) {
            memory = new byte[Math.max(bytes, MAX_BYTES)];
        }
        for (int i = 0; i < rows; i++) {
            Platform.setMemory(memory, address(i, 0), nullBits, (byte) 0);
        }
        for (int i = 0; i < fields.length; i++) {
            fields[i].write(columns.get(i), start, this, i);
        }
        return rows;
    }

    /** How many there are. */
    int rows() {
        return rows;
    }

    /** One of them. It is the same object each time, and valid until there are others. */
    UnsafeRow row(int index) {
        row.pointTo(memory, address(index, 0), (int) sizes[index]);
        return row;
    }

    private long address(int index, long offset) {
        return (long) Platform.BYTE_ARRAY_OFFSET + starts[index] + offset;
    }

    /** In bytes, as far as it is written. */
    int written(int index) {
        return written[index];
    }

    void setWord(int index, int ordinal, long word) {
        Platform.putLong(memory, address(index, nullBits + (long) ordinal * WORD), word);
    }

    void setNull(int index, int ordinal, long word) {
        long bits = address(index, (ordinal >> 6) * (long) WORD);
        Platform.putLong(memory, bits, Platform.getLong(memory, bits) | 1L << ordinal);
        setWord(index, ordinal, word);
    }

    /** Writes a value behind all that the row has, in so much room, and where it is into its word. */
    void addBytes(int index, int ordinal, byte @Nullable [] from, long offset, int length, int room) {
        int at = written[index];
        long to = address(index, at);
        for (int unused = length & -WORD; unused < room; unused += WORD) {
            Platform.putLong(memory, to + unused, 0L);
        }
        Platform.copyMemory(from, offset, memory, to, length);
        setWord(index, ordinal, (long) at << Integer.SIZE | length);
        written[index] = at + room;
    }
}
