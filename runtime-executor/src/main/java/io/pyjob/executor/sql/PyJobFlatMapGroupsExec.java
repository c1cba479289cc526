package io.pyjob.executor.sql;

import java.util.List;
import org.apache.spark.api.python.PythonEvalType;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.python.FlatMapGroupsInBatchExec;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/** `groupBy().applyInPandas` and `applyInArrow`: the function gets one group after the other, and makes batches of each. */
public final class PyJobFlatMapGroupsExec extends ArrowExec {
    private final Seq<Attribute> groupingAttributes;
    private final Expression function;
    private final Seq<Attribute> output;
    private final int evalType;

    /** Spark makes copies by this constructor, from {@link #arguments}. */
    public PyJobFlatMapGroupsExec(
            Seq<Attribute> groupingAttributes,
            Expression function,
            Seq<Attribute> output,
            SparkPlan child,
            int evalType) {
        super(child);
        this.groupingAttributes = groupingAttributes;
        this.function = function;
        this.output = output;
        this.evalType = evalType;
    }

    static PyJobFlatMapGroupsExec inPlaceOf(FlatMapGroupsInBatchExec stock) {
        return new PyJobFlatMapGroupsExec(
                stock.groupingAttributes(), stock.func(), stock.output(), stock.child(), stock.pythonEvalType());
    }

    private boolean inArrow() {
        return evalType == PythonEvalType.SQL_GROUPED_MAP_ARROW_UDF()
                || evalType == PythonEvalType.SQL_GROUPED_MAP_ARROW_ITER_UDF();
    }

    @Override
    boolean readsRows() {
        return true;
    }

    @Override
    public String nodeName() {
        return inArrow() ? "PyJobFlatMapGroupsInArrow" : "PyJobFlatMapGroupsInPandas";
    }

    @Override
    public Seq<Attribute> output() {
        return output;
    }

    @Override
    public AttributeSet producedAttributes() {
        return outputSet();
    }

    @Override
    public Partitioning outputPartitioning() {
        return child().outputPartitioning();
    }

    @Override
    public Seq<Distribution> requiredChildDistribution() {
        return CollectionConverters.asScala(List.of(keys().distribution())).toSeq();
    }

    @Override
    public Seq<Seq<SortOrder>> requiredChildOrdering() {
        return CollectionConverters.asScala(List.of(keys().ordering())).toSeq();
    }

    private GroupKeys keys() {
        return new GroupKeys(groupingAttributes);
    }

    @Override
    List<Object> arguments() {
        return List.of(groupingAttributes, function, output, child(), evalType);
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new PyJobFlatMapGroupsExec(groupingAttributes, function, output, children.apply(0), evalType);
    }

    @Override
    public RDD<ColumnarBatch> doExecuteColumnar() {
        PythonUDF udf = (PythonUDF) function;
        GroupLayout layout = keys().layout(child(), inArrow(), conf());
        GroupedFunction work = new GroupedFunction(
                call(udf, evalType, keys().arguments(child()), layout.sent()),
                List.of(layout),
                groupingAttributes,
                udf.dataType());
        return child().execute()
                .mapPartitionsInternal(new GroupedFunction.OfOne(work), false, ClassTag.apply(ColumnarBatch.class));
    }
}
