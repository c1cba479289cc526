package io.pyjob.executor.sql;

import java.util.List;
import org.apache.spark.api.python.PythonEvalType;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.python.EvalPythonExec.ArgumentMetadata;
import org.apache.spark.sql.execution.python.MapInBatchExec;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** `mapInPandas` and `mapInArrow`: the function gets all batches of a partition, and makes others of them. */
public final class PyJobMapInArrowExec extends ArrowExec {
    private final Expression function;
    private final Seq<Attribute> output;
    private final int evalType;

    /** Spark makes copies by this constructor, from {@link #arguments}. */
    public PyJobMapInArrowExec(Expression function, Seq<Attribute> output, SparkPlan child, int evalType) {
        super(child);
        this.function = function;
        this.output = output;
        this.evalType = evalType;
    }

    static PyJobMapInArrowExec inPlaceOf(MapInBatchExec stock) {
        return new PyJobMapInArrowExec(
                stock.func(),
                ((SparkPlan) stock).output(),
                ((SparkPlan) stock).children().head(),
                stock.pythonEvalType());
    }

    @Override
    public String nodeName() {
        return evalType == PythonEvalType.SQL_MAP_PANDAS_ITER_UDF() ? "PyJobMapInPandas" : "PyJobMapInArrow";
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
    List<Object> arguments() {
        return List.of(function, output, child(), evalType);
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new PyJobMapInArrowExec(function, output, children.apply(0), evalType);
    }

    @Override
    public RDD<ColumnarBatch> doExecuteColumnar() {
        return PerPartition.of(child(), work());
    }

    private PerPartition work() {
        SQLConf conf = conf();
        PythonUDF udf = (PythonUDF) function;
        StructType columns = child().schema();
        FunctionCall call = call(
                udf,
                evalType,
                List.of(new ArgumentMetadata(0, Option.empty(), false)),
                new StructType().add("struct", columns, true));
        return new ArrowMapping(
                call,
                columns.length(),
                BatchLayout.of(columns, conf),
                udf.dataType(),
                conf.pysparkArrowValidateSchema(),
                Compression.of(conf),
                ReadAhead.allowedBy(conf));
    }
}
