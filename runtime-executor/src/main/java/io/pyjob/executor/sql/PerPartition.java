package io.pyjob.executor.sql;

import java.io.Serializable;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction2;

/** What a node does with each partition of its child, which has columns, or else rows. */
interface PerPartition extends Serializable {
    Iterator<ColumnarBatch> ofRows(int partition, Iterator<InternalRow> rows);

    Iterator<ColumnarBatch> ofBatches(int partition, Iterator<ColumnarBatch> batches);

    /** The result of doing so. */
    static RDD<ColumnarBatch> of(SparkPlan child, PerPartition work) {
        ClassTag<ColumnarBatch> batches = ClassTag.apply(ColumnarBatch.class);
        return child.supportsColumnar()
                ? child.executeColumnar()
                        .mapPartitionsWithIndexInternal(new OfBatches(work), false, true, false, batches)
                : child.execute().mapPartitionsWithIndexInternal(new OfRows(work), false, true, false, batches);
    }

    /** In the form that Scala's compiler has for functions. */
    final class OfRows extends AbstractFunction2<Object, Iterator<InternalRow>, Iterator<ColumnarBatch>>
            implements Serializable {
        private static final long serialVersionUID = 1;
        private final PerPartition work;

        OfRows(PerPartition work) {
            this.work = work;
        }

        @Override
        public Iterator<ColumnarBatch> apply(Object partition, Iterator<InternalRow> rows) {
            return work.ofRows((Integer) partition, rows);
        }
    }

    /** The same, of columns. */
    final class OfBatches extends AbstractFunction2<Object, Iterator<ColumnarBatch>, Iterator<ColumnarBatch>>
            implements Serializable {
        private static final long serialVersionUID = 1;
        private final PerPartition work;

        OfBatches(PerPartition work) {
            this.work = work;
        }

        @Override
        public Iterator<ColumnarBatch> apply(Object partition, Iterator<ColumnarBatch> batches) {
            return work.ofBatches((Integer) partition, batches);
        }
    }
}
