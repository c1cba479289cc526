package io.pyjob.executor.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.JobArtifactSet;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.python.ArrowEvalPythonExec;
import org.apache.spark.sql.execution.python.ArrowPythonRunner;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction2;
import scala.runtime.AbstractPartialFunction;

/**
 * Evaluates scalar Python functions, in the place of Spark's own node: batches instead of rows go in and out.
 *
 * <p>Spark's node copies each row into a queue, and joins it with the result that comes back. Here the batch that is sent
 * is kept, and gets the results as further columns. The child may be columnar or not; see {@link ArrowNodes}.
 */
public final class PyJobArrowEvalPythonExec extends SparkPlan {
    private final Seq<PythonUDF> udfs;
    private final Seq<Attribute> resultAttrs;
    private final SparkPlan child;
    private final int evalType;
    private final transient Map<String, SQLMetric> metrics;
    private final Option<String> artifacts =
            JobArtifactSet.getCurrentJobArtifactState().map(state -> state.uuid());

    /** As Spark's node has it; Spark also makes copies by this constructor, from {@link #productElement}. */
    public PyJobArrowEvalPythonExec(Seq<PythonUDF> udfs, Seq<Attribute> resultAttrs, SparkPlan child, int evalType) {
        this.udfs = udfs;
        this.resultAttrs = resultAttrs;
        this.child = child;
        this.evalType = evalType;
        metrics = PythonMetrics.of(sparkContext());
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
        List<Attribute> output = new ArrayList<>(CollectionConverters.asJava(child.output()));
        output.addAll(CollectionConverters.asJava(resultAttrs));
        return CollectionConverters.asScala(output).toSeq();
    }

    @Override
    public AttributeSet producedAttributes() {
        return AttributeSet.apply(
                CollectionConverters.asScala(List.<Expression>copyOf(CollectionConverters.asJava(resultAttrs))));
    }

    @Override
    public Map<String, SQLMetric> metrics() {
        return metrics;
    }

    @Override
    public Seq<SparkPlan> children() {
        return CollectionConverters.asScala(List.of(child)).toSeq();
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new PyJobArrowEvalPythonExec(udfs, resultAttrs, children.apply(0), evalType);
    }

    @Override
    public int productArity() {
        return 4;
    }

    @Override
    public Object productElement(int i) {
        return switch (i) {
            case 0 -> udfs;
            case 1 -> resultAttrs;
            case 2 -> child;
            default -> evalType;
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof PyJobArrowEvalPythonExec;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PyJobArrowEvalPythonExec that
                && udfs.equals(that.udfs)
                && resultAttrs.equals(that.resultAttrs)
                && evalType == that.evalType
                && child.equals(that.child);
    }

    @Override
    public int hashCode() {
        return Objects.hash(udfs, resultAttrs, child);
    }

    @Override
    public boolean supportsColumnar() {
        return true;
    }

    @Override
    public boolean supportsRowBased() {
        return false;
    }

    /** Generated code reads flat columns without a virtual call. */
    @Override
    public Option<Seq<String>> vectorTypes() {
        return Option.apply(CollectionConverters.asScala(CollectionConverters.asJava(output()).stream()
                        .map(column -> ArrowColumn.class.getName())
                        .toList())
                .toSeq());
    }

    @Override
    public RDD<InternalRow> doExecute() {
        throw new UnsupportedOperationException("rows of " + nodeName() + " come by way of ColumnarToRow");
    }

    @Override
    public RDD<ColumnarBatch> doExecuteColumnar() {
        ArrowEvaluation evaluation = evaluation();
        ClassTag<ColumnarBatch> batches = ClassTag.apply(ColumnarBatch.class);
        return child.supportsColumnar()
                ? child.executeColumnar()
                        .mapPartitionsWithIndexInternal(new OfBatches(evaluation), false, true, false, batches)
                : child.execute().mapPartitionsWithIndexInternal(new OfRows(evaluation), false, true, false, batches);
    }

    private ArrowEvaluation evaluation() {
        SQLConf conf = conf();
        Arguments arguments = Arguments.of(udfs);
        List<Attribute> input = CollectionConverters.asJava(child.output());
        StructType columns = child.schema();
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
        int maxRows = conf.arrowMaxRecordsPerBatch();
        BatchLayout layout = new BatchLayout(
                columns,
                conf.sessionLocalTimeZone(),
                conf.arrowUseLargeVarTypes(),
                maxRows > 0 ? maxRows : Integer.MAX_VALUE,
                conf.arrowMaxBytesPerBatch());
        FunctionCall call = new FunctionCall(
                CollectionConverters.asScala(arguments.functions()).toSeq(),
                evalType,
                arguments.uses(),
                true,
                sentColumns,
                ArrowPythonRunner.getPythonRunnerConfMap(conf),
                metrics,
                artifacts,
                conf.pythonWorkerLoggingEnabled() ? Option.apply(session().sessionUUID()) : Option.empty());
        return new ArrowEvaluation(
                call,
                child.output(),
                CollectionConverters.asScala(computed).toSeq(),
                layout,
                sent,
                CollectionConverters.asJava(resultAttrs).stream()
                        .map(each -> stored(each.dataType()))
                        .toList(),
                new ArrowEvaluation.Compression(conf.arrowCompressionCodec(), conf.arrowZstdCompressionLevel()));
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

    private static final class OfRows extends AbstractFunction2<Object, Iterator<InternalRow>, Iterator<ColumnarBatch>>
            implements java.io.Serializable {
        private final ArrowEvaluation evaluation;

        OfRows(ArrowEvaluation evaluation) {
            this.evaluation = evaluation;
        }

        @Override
        public Iterator<ColumnarBatch> apply(Object partition, Iterator<InternalRow> rows) {
            return evaluation.ofRows((Integer) partition, rows);
        }
    }

    private static final class OfBatches
            extends AbstractFunction2<Object, Iterator<ColumnarBatch>, Iterator<ColumnarBatch>>
            implements java.io.Serializable {
        private final ArrowEvaluation evaluation;

        OfBatches(ArrowEvaluation evaluation) {
            this.evaluation = evaluation;
        }

        @Override
        public Iterator<ColumnarBatch> apply(Object partition, Iterator<ColumnarBatch> batches) {
            return evaluation.ofBatches((Integer) partition, batches);
        }
    }
}
