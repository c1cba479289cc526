package io.pyjob.executor.sql;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.python.PythonEvalType;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.python.FlatMapCoGroupsInBatchExec;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/** `groupBy().cogroup().applyInPandas` and `applyInArrow`: the function gets the rows of a key of two frames. */
public final class PyJobFlatMapCoGroupsExec extends ArrowExec {
    private final Seq<Attribute> leftGroup;
    private final Seq<Attribute> rightGroup;
    private final Expression function;
    private final Seq<Attribute> output;
    private final SparkPlan right;
    private final int evalType;

    /** Spark makes copies by this constructor, from {@link #arguments}. */
    public PyJobFlatMapCoGroupsExec(
            Seq<Attribute> leftGroup,
            Seq<Attribute> rightGroup,
            Expression function,
            Seq<Attribute> output,
            SparkPlan left,
            SparkPlan right,
            int evalType) {
        super(left, right);
        this.leftGroup = leftGroup;
        this.rightGroup = rightGroup;
        this.function = function;
        this.output = output;
        this.right = right;
        this.evalType = evalType;
    }

    static PyJobFlatMapCoGroupsExec inPlaceOf(FlatMapCoGroupsInBatchExec stock) {
        return new PyJobFlatMapCoGroupsExec(
                stock.leftGroup(),
                stock.rightGroup(),
                stock.func(),
                stock.output(),
                stock.left(),
                stock.right(),
                stock.pythonEvalType());
    }

    @Override
    boolean readsRows() {
        return true;
    }

    @Override
    public String nodeName() {
        return evalType == PythonEvalType.SQL_COGROUPED_MAP_ARROW_UDF()
                ? "PyJobFlatMapCoGroupsInArrow"
                : "PyJobFlatMapCoGroupsInPandas";
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
        return CollectionConverters.asScala(
                        List.of(leftKeys().distribution(), rightKeys().distribution()))
                .toSeq();
    }

    @Override
    public Seq<Seq<SortOrder>> requiredChildOrdering() {
        return CollectionConverters.asScala(
                        List.of(leftKeys().ordering(), rightKeys().ordering()))
                .toSeq();
    }

    private GroupKeys leftKeys() {
        return new GroupKeys(leftGroup);
    }

    private GroupKeys rightKeys() {
        return new GroupKeys(rightGroup);
    }

    @Override
    List<Object> arguments() {
        return List.of(leftGroup, rightGroup, function, output, child(), right, evalType);
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new PyJobFlatMapCoGroupsExec(
                leftGroup, rightGroup, function, output, children.apply(0), children.apply(1), evalType);
    }

    @Override
    public RDD<ColumnarBatch> doExecuteColumnar() {
        PythonUDF udf = (PythonUDF) function;
        GroupLayout leftLayout = leftKeys().layout(child(), false, conf());
        GroupLayout rightLayout = rightKeys().layout(right, false, conf());
        GroupedFunction work = new GroupedFunction(
                call(
                        udf,
                        evalType,
                        Stream.of(leftKeys().arguments(child()), rightKeys().arguments(right))
                                .flatMap(List::stream)
                                .toList(),
                        leftLayout.sent()),
                List.of(leftLayout, rightLayout),
                leftGroup,
                udf.dataType());
        return child().execute()
                .zipPartitions(
                        right.execute(),
                        new GroupedFunction.OfTwo(work),
                        ClassTag.apply(InternalRow.class),
                        ClassTag.apply(ColumnarBatch.class));
    }
}
