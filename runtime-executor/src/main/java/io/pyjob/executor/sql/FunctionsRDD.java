package io.pyjob.executor.sql;

import java.io.Serializable;
import java.util.function.BiFunction;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.Iterator;
import scala.reflect.ClassTag;

/**
 * The results of functions on each partition of another RDD.
 *
 * <p>As Spark's own of `mapPartitions`, but the other's part of a task gets a context of its own; see {@link Upstream}.
 */
final class FunctionsRDD<T> extends RDD<ColumnarBatch> {
    private static final long serialVersionUID = 1;
    private final ClassTag<T> type;
    private final Work<T> work;

    /** What is done with a partition. */
    interface Work<T> extends BiFunction<Upstream, Iterator<T>, Iterator<ColumnarBatch>>, Serializable {}

    FunctionsRDD(RDD<T> input, ClassTag<T> type, Work<T> work) {
        super(input, ClassTag.apply(ColumnarBatch.class));
        this.type = type;
        this.work = work;
    }

    private RDD<T> input() {
        return firstParent(type);
    }

    @Override
    public Partition[] getPartitions() {
        return input().partitions();
    }

    @Override
    public Iterator<ColumnarBatch> compute(Partition partition, TaskContext context) {
        Upstream upstream = Upstream.of(context);
        return work.apply(upstream, upstream.begin(() -> input().iterator(partition, upstream.context())));
    }
}
