package io.pyjob.executor.sql;

import java.io.Serializable;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.Iterator;
import scala.reflect.ClassTag;

/** What a node does with each partition of its child, which has columns, or else rows. */
interface PerPartition extends Serializable {
    Iterator<ColumnarBatch> ofRows(Upstream upstream, Iterator<InternalRow> rows);

    Iterator<ColumnarBatch> ofBatches(Upstream upstream, Iterator<ColumnarBatch> batches);

    /** The result of doing so. */
    static RDD<ColumnarBatch> of(SparkPlan child, PerPartition work) {
        return child.supportsColumnar()
                ? new FunctionsRDD<>(child.executeColumnar(), ClassTag.apply(ColumnarBatch.class), work::ofBatches)
                : new FunctionsRDD<>(child.execute(), ClassTag.apply(InternalRow.class), work::ofRows);
    }
}
