package io.pyjob.executor.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.python.ArrowEvalPythonExec;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/**
 * Evaluates scalar Python functions, in the place of Spark's own node: batches instead of rows go in and out.
 *
 * <p>Spark's node copies each row into a queue, and joins it with the result that comes back. Here the batch that is sent
 * is kept, and gets the results as further columns. The child may be columnar or not; see {@link ArrowNodes}.
 */
public final class PyJobArrowEvalPythonExec extends ArrowExec {
    private final Seq<PythonUDF> udfs;
    private final Seq<Attribute> resultAttrs;
    private final int evalType;

    /** As Spark's node has it; Spark also makes copies by this constructor, from {@link #arguments}. */
    public PyJobArrowEvalPythonExec(Seq<PythonUDF> udfs, Seq<Attribute> resultAttrs, SparkPlan child, int evalType) {
        super(child);
        this.udfs = udfs;
        this.resultAttrs = resultAttrs;
        this.evalType = evalType;
    }

    static PyJobArrowEvalPythonExec inPlaceOf(ArrowEvalPythonExec stock) {
        return new PyJobArrowEvalPythonExec(stock.udfs(), stock.resultAttrs(), stock.child(), stock.evalType());
    }

    @Override
    public String nodeName() {
        return "PyJobArrowEvalPython";
    }

    @Override
    public Seq<Attribute> output() {
        List<Attribute> output = new ArrayList<>(CollectionConverters.asJava(child().output()));
        output.addAll(CollectionConverters.asJava(resultAttrs));
        return CollectionConverters.asScala(output).toSeq();
    }

    @Override
    public AttributeSet producedAttributes() {
        return AttributeSet.apply(
                CollectionConverters.asScala(List.<Expression>copyOf(CollectionConverters.asJava(resultAttrs))));
    }

    @Override
    List<Object> arguments() {
        return List.of(udfs, resultAttrs, child(), evalType);
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new PyJobArrowEvalPythonExec(udfs, resultAttrs, children.apply(0), evalType);
    }

    @Override
    public RDD<ColumnarBatch> doExecuteColumnar() {
        return PerPartition.of(child(), work());
    }

    private PerPartition work() {
        SQLConf conf = conf();
        Arguments arguments = Arguments.of(udfs);
        List<Attribute> input = CollectionConverters.asJava(child().output());
        StructType columns = child().schema();
        StructType sentColumns = new StructType();
        List<Expression> computed = new ArrayList<>();
        List<Integer> sent = new ArrayList<>();
        for (Expression value : arguments.values()) {
            int column = Arguments.columnOf(value, input);
            if (column < 0) {
                column = columns.length();
                columns = columns.add("_" + column, value.dataType(), true);
                computed.add(value);
            }
            sentColumns = sentColumns.add("_" + sent.size(), value.dataType(), true);
            sent.add(column);
        }
        BatchLayout layout = BatchLayout.of(columns, conf);
        FunctionCall call = call(arguments.functions(), evalType, arguments.uses(), true, sentColumns);
        return new ArrowEvaluation(
                call,
                child().output(),
                CollectionConverters.asScala(computed).toSeq(),
                layout,
                sent,
                CollectionConverters.asJava(resultAttrs).stream()
                        .map(each -> stored(each.dataType()))
                        .toList(),
                Compression.of(conf),
                ReadAhead.allowedBy(conf));
    }

    /** As the values of user-defined types are kept. */
    private static DataType stored(DataType type) {
        return type.transformRecursively(new AbstractPartialFunction<DataType, DataType>() {
            @Override
            public boolean isDefinedAt(DataType each) {
                return each instanceof UserDefinedType<?>;
            }

            @Override
            public DataType apply(DataType each) {
                return ((UserDefinedType<?>) each).sqlType();
            }
        });
    }
}
