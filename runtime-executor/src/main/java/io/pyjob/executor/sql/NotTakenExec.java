package io.pyjob.executor.sql;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** Says in `explain()` why the node below is Spark's own. Does nothing. */
public final class NotTakenExec extends ProductExec {
    private final String reason;

    public NotTakenExec(String reason, SparkPlan child) {
        super(child);
        this.reason = reason;
    }

    @Override
    public String nodeName() {
        return "PyJobArrowNotTaken";
    }

    @Override
    public Seq<Attribute> output() {
        return child().output();
    }

    @Override
    public Partitioning outputPartitioning() {
        return child().outputPartitioning();
    }

    @Override
    public Seq<SortOrder> outputOrdering() {
        return child().outputOrdering();
    }

    @Override
    public boolean supportsColumnar() {
        return child().supportsColumnar();
    }

    @Override
    public boolean supportsRowBased() {
        return child().supportsRowBased();
    }

    @Override
    public RDD<InternalRow> doExecute() {
        return child().execute();
    }

    @Override
    public RDD<ColumnarBatch> doExecuteColumnar() {
        return child().executeColumnar();
    }

    @Override
    List<Object> arguments() {
        return List.of(reason, child());
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new NotTakenExec(reason, children.apply(0));
    }
}
