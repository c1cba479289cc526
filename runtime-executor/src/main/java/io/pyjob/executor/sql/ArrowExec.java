package io.pyjob.executor.sql;

import java.util.List;
import org.apache.spark.JobArtifactSet;
import org.apache.spark.api.python.ChainedPythonFunctions;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.python.ArrowPythonRunner;
import org.apache.spark.sql.execution.python.EvalPythonExec.ArgumentMetadata;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A node that calls Python functions, in the place of one of Spark's: Arrow batches go in and come out.
 *
 * <p>Children may have columns or rows; see {@link ArrowNodes}.
 */
abstract class ArrowExec extends ProductExec {
    private final transient Map<String, SQLMetric> metrics;
    private final Option<String> artifacts =
            JobArtifactSet.getCurrentJobArtifactState().map(state -> state.uuid());

    ArrowExec(SparkPlan... children) {
        super(children);
        metrics = PythonMetrics.of(sparkContext());
    }

    /** Whether it reads rows, whatever its children have. Else it takes columns where there are some. */
    boolean readsRows() {
        return false;
    }

    /**
     * What the worker is told of one function that gets whole frames.
     *
     * @param arguments in whatever form the worker has for this type of function
     */
    final FunctionCall call(PythonUDF udf, int evalType, List<ArgumentMetadata> arguments, StructType input) {
        ChainedPythonFunctions chain = new ChainedPythonFunctions(
                CollectionConverters.asScala(List.of(udf.func())).toSeq());
        return call(List.of(new Tuple2<>(chain, udf.resultId().id())), evalType, List.of(arguments), false, input);
    }

    /** What the worker is told of functions; see {@link FunctionCall}. */
    final FunctionCall call(
            List<Tuple2<ChainedPythonFunctions, Object>> functions,
            int evalType,
            List<List<ArgumentMetadata>> arguments,
            boolean named,
            StructType input) {
        return new FunctionCall(
                CollectionConverters.asScala(functions).toSeq(),
                evalType,
                arguments,
                named,
                input,
                ArrowPythonRunner.getPythonRunnerConfMap(conf()),
                metrics(),
                artifacts,
                loggedSession());
    }

    /** The id of the session, if what its workers log is collected. */
    private Option<String> loggedSession() {
        return conf().pythonWorkerLoggingEnabled() ? Option.apply(session().sessionUUID()) : Option.empty();
    }

    @Override
    public final Map<String, SQLMetric> metrics() {
        return metrics;
    }

    @Override
    public final boolean supportsColumnar() {
        return true;
    }

    @Override
    public final boolean supportsRowBased() {
        return false;
    }

    /** Generated code then reads columns without a virtual call. */
    @Override
    public final Option<Seq<String>> vectorTypes() {
        return Option.apply(CollectionConverters.asScala(CollectionConverters.asJava(output()).stream()
                        .map(column -> ArrowColumn.class.getName())
                        .toList())
                .toSeq());
    }

    @Override
    public final RDD<InternalRow> doExecute() {
        throw new UnsupportedOperationException("rows of " + nodeName() + " come by way of ColumnarToRow");
    }
}
