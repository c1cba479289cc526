package io.pyjob.executor.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ArrowColumnVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArrowColumnTest {
    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingIsLeft() {
        allocator.close(); // which says what is
    }

    @Test
    void decimalsAreReadInOtherDigitsAsBySpark() {
        for (String digits : List.of("12.34", "-12.35", "0.00")) {
            for (int precision : new int[] {9, 30}) {
                Sample sample = new Sample(
                        Sample.decimal(precision, 2),
                        List.<Object>of(Decimal.apply(new BigDecimal(digits), precision, 2)));
                try (ArrowBatch batch = batch(sample)) {
                    ArrowColumn ours = ArrowColumn.of(batch.columns().get(0), 0);
                    ArrowColumnVector theirs =
                            new ArrowColumnVector(batch.columns().get(0));
                    for (int[] wanted : new int[][] {{9, 2}, {9, 4}, {9, 1}, {18, 2}, {30, 2}, {38, 10}, {38, 0}}) {
                        assertThat(ours.getDecimal(0, wanted[0], wanted[1]))
                                .hasToString(theirs.getDecimal(0, wanted[0], wanted[1])
                                        .toString());
                    }
                }
            }
        }
    }

    @Test
    void decimalsThatHaveTooManyDigitsAreNoneOfFewer() {
        Sample sample =
                new Sample(Sample.decimal(9, 2), List.<Object>of(Decimal.apply(new BigDecimal("1234.56"), 9, 2)));
        try (ArrowBatch batch = batch(sample)) {
            ArrowColumn column = ArrowColumn.of(batch.columns().get(0), 0);
            assertThatThrownBy(() -> column.getDecimal(0, 4, 2)).isInstanceOf(ArithmeticException.class);
        }
    }

    @Test
    void onlyWhatHasTheSameFormCanBeRead() {
        assertThat(ArrowColumn.canBeRead(DataTypes.IntegerType, DataTypes.DateType))
                .isTrue();
        assertThat(ArrowColumn.canBeRead(DataTypes.TimestampNTZType, DataTypes.TimestampType))
                .isTrue();
        assertThat(ArrowColumn.canBeRead(Sample.decimal(38, 10), Sample.decimal(7, 2)))
                .isTrue();
        assertThat(ArrowColumn.canBeRead(DataTypes.NullType, DataTypes.StringType))
                .isTrue();
        assertThat(ArrowColumn.canBeRead(DataTypes.StringType, DataTypes.createVarcharType(3)))
                .isTrue();

        assertThat(ArrowColumn.canBeRead(DataTypes.IntegerType, DataTypes.LongType))
                .isFalse();
        assertThat(ArrowColumn.canBeRead(DataTypes.StringType, DataTypes.LongType))
                .isFalse();
        assertThat(ArrowColumn.canBeRead(DataTypes.StringType, DataTypes.BinaryType))
                .isFalse();
        assertThat(ArrowColumn.canBeRead(DataTypes.FloatType, DataTypes.DoubleType))
                .isFalse();
        assertThat(ArrowColumn.canBeRead(new StructType(), DataTypes.LongType)).isFalse();
    }

    @Test
    void closingAColumnLeavesTheVector() {
        Sample sample = new Sample(DataTypes.LongType, List.<Object>of(7L));
        try (ArrowBatch batch = batch(sample)) {
            ArrowColumn column = ArrowColumn.of(batch.columns().get(0), 0);
            column.close();
            assertThat(column.getLong(0)).isEqualTo(7);
        }
    }

    private ArrowBatch batch(Sample sample) {
        try (BatchWriter writer = new BatchLayout(sample.schema(), "UTC", false, 10, Long.MAX_VALUE).begin(allocator)) {
            sample.rows().forEach(row -> writer.append(row, 1));
            return writer.finish();
        }
    }
}
