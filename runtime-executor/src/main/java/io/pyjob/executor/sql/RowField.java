package io.pyjob.executor.sql;

import java.math.BigInteger;
import java.util.Optional;
import org.apache.spark.sql.catalyst.types.PhysicalBinaryType;
import org.apache.spark.sql.catalyst.types.PhysicalBooleanType;
import org.apache.spark.sql.catalyst.types.PhysicalByteType;
import org.apache.spark.sql.catalyst.types.PhysicalDataType;
import org.apache.spark.sql.catalyst.types.PhysicalDecimalType;
import org.apache.spark.sql.catalyst.types.PhysicalDoubleType;
import org.apache.spark.sql.catalyst.types.PhysicalFloatType;
import org.apache.spark.sql.catalyst.types.PhysicalIntegerType;
import org.apache.spark.sql.catalyst.types.PhysicalLongType;
import org.apache.spark.sql.catalyst.types.PhysicalShortType;
import org.apache.spark.sql.catalyst.types.PhysicalStringType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.unsafe.Platform;

/**
 * One field of Spark's binary rows, written from an Arrow column for many rows at a time.
 *
 * <p>The bytes are the same as those of Spark's UnsafeRowWriter, whose form of a row is described with UnsafeRow: a word
 * of 64 bits for each field, and behind those what does not fit in one.
 */
abstract sealed class RowField {
    /** Long decimals have so many bytes behind the words, whatever their value. */
    private static final int LONG_DECIMAL = 16;

    private final PhysicalDataType type;

    private RowField(PhysicalDataType type) {
        this.type = type;
    }

    /** Empty for types that are not flat in Arrow. */
    static Optional<RowField> of(DataType type) {
        PhysicalDataType physical = physical(type);
        if (physical instanceof PhysicalBooleanType) {
            return Optional.of(new Booleans(physical));
        }
        if (physical instanceof PhysicalByteType) {
            return Optional.of(new Bytes(physical));
        }
        if (physical instanceof PhysicalShortType) {
            return Optional.of(new Shorts(physical));
        }
        if (physical instanceof PhysicalIntegerType || physical instanceof PhysicalFloatType) {
            return Optional.of(new Ints(physical));
        }
        if (physical instanceof PhysicalLongType || physical instanceof PhysicalDoubleType) {
            return Optional.of(new Longs(physical));
        }
        if (physical instanceof PhysicalDecimalType decimal) {
            return Optional.of(
                    decimal.precision() <= Decimal.MAX_LONG_DIGITS()
                            ? new ShortDecimals(physical)
                            : new LongDecimals(physical));
        }
        if (physical instanceof PhysicalStringType || physical instanceof PhysicalBinaryType) {
            return Optional.of(new Strings(physical));
        }
        return Optional.empty();
    }

    private static PhysicalDataType physical(DataType type) {
        return PhysicalDataType.apply(type instanceof UserDefinedType<?> users ? users.sqlType() : type);
    }

    /** Whether the column's values have the form of this field's. */
    final boolean reads(ArrowColumn column) {
        PhysicalDataType actual = physical(column.dataType());
        return ArrowColumn.isFlat(column.vector())
                && (type instanceof PhysicalStringType
                        ? actual instanceof PhysicalStringType // of whatever collation
                        : type.equals(actual));
    }

    /** Adds to the size of each row what it needs behind the words. */
    void addSizes(ArrowColumn column, int start, int count, long[] sizes) {}

    /** Writes the values from row `start` of the column on into all rows of the block. */
    final void write(ArrowColumn column, int start, RowBlock block, int ordinal) {
        writeValues(column, start, block, ordinal);
        if (column.hasNull()) {
            for (int i = 0; i < block.rows(); i++) {
                if (column.isNullAt(start + i)) {
                    block.setNull(i, ordinal, nullWord(block, i));
                }
            }
        }
    }

    /** What is written for nulls does not matter. */
    abstract void writeValues(ArrowColumn column, int start, RowBlock block, int ordinal);

    /** The word of a null, after its value was written. */
    long nullWord(RowBlock block, int row) {
        return 0;
    }

    private static final class Booleans extends RowField {
        Booleans(PhysicalDataType type) {
            super(type);
        }

        @Override
        void writeValues(ArrowColumn column, int start, RowBlock block, int ordinal) {
            for (int i = 0; i < block.rows(); i++) {
                block.setWord(i, ordinal, column.getBoolean(start + i) ? 1 : 0);
            }
        }
    }

    private static final class Bytes extends RowField {
        Bytes(PhysicalDataType type) {
            super(type);
        }

        @Override
        void writeValues(ArrowColumn column, int start, RowBlock block, int ordinal) {
            for (int i = 0; i < block.rows(); i++) {
                block.setWord(i, ordinal, column.getByte(start + i) & 0xffL);
            }
        }
    }

    private static final class Shorts extends RowField {
        Shorts(PhysicalDataType type) {
            super(type);
        }

        @Override
        void writeValues(ArrowColumn column, int start, RowBlock block, int ordinal) {
            for (int i = 0; i < block.rows(); i++) {
                block.setWord(i, ordinal, column.getShort(start + i) & 0xffffL);
            }
        }
    }

    /** And floats, bit by bit. */
    private static final class Ints extends RowField {
        Ints(PhysicalDataType type) {
            super(type);
        }

        @Override
        void writeValues(ArrowColumn column, int start, RowBlock block, int ordinal) {
            for (int i = 0; i < block.rows(); i++) {
                block.setWord(i, ordinal, column.getInt(start + i) & 0xffffffffL);
            }
        }
    }

    /** And doubles, bit by bit. */
    private static final class Longs extends RowField {
        Longs(PhysicalDataType type) {
            super(type);
        }

        @Override
        void writeValues(ArrowColumn column, int start, RowBlock block, int ordinal) {
            for (int i = 0; i < block.rows(); i++) {
                block.setWord(i, ordinal, column.getLong(start + i));
            }
        }
    }

    private static final class ShortDecimals extends RowField {
        ShortDecimals(PhysicalDataType type) {
            super(type);
        }

        @Override
        void writeValues(ArrowColumn column, int start, RowBlock block, int ordinal) {
            for (int i = 0; i < block.rows(); i++) {
                block.setWord(i, ordinal, Platform.getLong(null, column.data(start + i, LONG_DECIMAL)));
            }
        }
    }

    private static final class LongDecimals extends RowField {
        LongDecimals(PhysicalDataType type) {
            super(type);
        }

        @Override
        void addSizes(ArrowColumn column, int start, int count, long[] sizes) {
            for (int i = 0; i < count; i++) {
                sizes[i] += LONG_DECIMAL;
            }
        }

        @Override
        void writeValues(ArrowColumn column, int start, RowBlock block, int ordinal) {
            byte[] reversed = new byte[LONG_DECIMAL];
            for (int i = 0; i < block.rows(); i++) {
                long from = column.data(start + i, LONG_DECIMAL);
                for (int at = 0; at < LONG_DECIMAL; at++) {
                    reversed[at] = Platform.getByte(null, from + LONG_DECIMAL - 1 - at);
                }
                byte[] value = column.isNullAt(start + i) ? new byte[0] : new BigInteger(reversed).toByteArray();
                block.addBytes(i, ordinal, value, Platform.BYTE_ARRAY_OFFSET, value.length, LONG_DECIMAL);
            }
        }

        /** Spark keeps the room, so that a later value fits. */
        @Override
        long nullWord(RowBlock block, int row) {
            return (long) (block.written(row) - LONG_DECIMAL) << Integer.SIZE;
        }
    }

    /** And binary values. */
    private static final class Strings extends RowField {
        Strings(PhysicalDataType type) {
            super(type);
        }

        @Override
        void addSizes(ArrowColumn column, int start, int count, long[] sizes) {
            for (int i = 0; i < count; i++) {
                sizes[i] += RowBlock.wholeWords(length(column, start + i));
            }
        }

        @Override
        void writeValues(ArrowColumn column, int start, RowBlock block, int ordinal) {
            for (int i = 0; i < block.rows(); i++) {
                int length = length(column, start + i);
                block.addBytes(i, ordinal, null, column.bytes(start + i), length, RowBlock.wholeWords(length));
            }
        }

        private static int length(ArrowColumn column, int row) {
            return column.isNullAt(row) ? 0 : column.length(row);
        }
    }
}
