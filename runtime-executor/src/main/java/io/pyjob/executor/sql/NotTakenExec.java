package io.pyjob.executor.sql;

import java.util.List;
import java.util.Objects;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Says in `explain()` why the node below is Spark's own. Does nothing. */
public final class NotTakenExec extends SparkPlan {
    private final String reason;
    private final SparkPlan child;

    public NotTakenExec(String reason, SparkPlan child) {
        this.reason = reason;
        this.child = child;
    }

    @Override
    public String nodeName() {
        return "PyJobArrowNotTaken";
    }

    @Override
    public Seq<Attribute> output() {
        return child.output();
    }

    @Override
    public Partitioning outputPartitioning() {
        return child.outputPartitioning();
    }

    @Override
    public Seq<SortOrder> outputOrdering() {
        return child.outputOrdering();
    }

    @Override
    public boolean supportsColumnar() {
        return child.supportsColumnar();
    }

    @Override
    public boolean supportsRowBased() {
        return child.supportsRowBased();
    }

    @Override
    public RDD<InternalRow> doExecute() {
        return child.execute();
    }

    @Override
    public RDD<ColumnarBatch> doExecuteColumnar() {
        return child.executeColumnar();
    }

    @Override
    public Seq<SparkPlan> children() {
        return CollectionConverters.asScala(List.of(child)).toSeq();
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new NotTakenExec(reason, children.apply(0));
    }

    @Override
    public int productArity() {
        return 2;
    }

    @Override
    public Object productElement(int i) {
        return i == 0 ? reason : child;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof NotTakenExec;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NotTakenExec that && reason.equals(that.reason) && child.equals(that.child);
    }

    @Override
    public int hashCode() {
        return Objects.hash(reason, child);
    }
}
