package io.pyjob.executor.sql;

import java.io.Serializable;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Makes Spark's rows of Arrow batches.
 *
 * @param columns of a batch that a row has, in this order
 * @param types of these, all with a {@link RowField}
 * @param batchesRead counts what came
 * @param rowsMade counts what was made of it
 */
record ArrowRows(List<Integer> columns, List<DataType> types, SQLMetric batchesRead, SQLMetric rowsMade)
        implements Serializable {

    /** Rows are the same object each time, and valid until the next one is taken. */
    Iterator<InternalRow> of(Iterator<ColumnarBatch> batches) {
        return new Rows(batches);
    }

    private final class Rows extends AbstractIterator<InternalRow> {
        private final Iterator<ColumnarBatch> batches;
        private final List<RowField> fields =
                types.stream().map(RowField::of).flatMap(Optional::stream).toList();
        private final RowBlock block = new RowBlock(fields);
        private List<ArrowColumn> batch = List.of();
        private int batchRows;
        private int taken;
        private int given;

        /** Of a batch that is not of the types that were promised, as Spark lets `mapInArrow` return some. */
        private Iterator<InternalRow> others = Iterator$.MODULE$.empty();

        private @Nullable UnsafeProjection projection;

        Rows(Iterator<ColumnarBatch> batches) {
            this.batches = batches;
        }

        @Override
        public boolean hasNext() {
            while (given == block.rows() && !others.hasNext()) {
                if (taken < batchRows) {
                    taken += block.fill(batch, taken, batchRows);
                    given = 0;
                } else if (batches.hasNext()) {
                    begin(batches.next());
                } else {
                    return false;
                }
            }
            return true;
        }

        private void begin(ColumnarBatch next) {
            batchesRead.add(1);
            rowsMade.add(next.numRows());
            List<ColumnVector> selected = columns.stream().map(next::column).toList();
            batch = selected.stream().map(ArrowColumn.class::cast).toList();
            boolean asPromised =
                    IntStream.range(0, batch.size()).allMatch(i -> fields.get(i).reads(batch.get(i)));
            taken = 0;
            batchRows = asPromised ? next.numRows() : 0;
            if (!asPromised) {
                others = CollectionConverters.asScala(
                                new ColumnarBatch(selected.toArray(ColumnVector[]::new), next.numRows()).rowIterator())
                        .map(projection());
            }
        }

        private UnsafeProjection projection() {
            if (projection == null) {
                projection = UnsafeProjection$.MODULE$.create(types.toArray(DataType[]::new));
            }
            return projection;
        }

        @Override
        public InternalRow next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the partition has no more rows");
            }
            return given < block.rows() ? block.row(given++) : others.next();
        }
    }
}
