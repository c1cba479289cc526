package io.pyjob.executor.sql;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.python.ChainedPythonFunctions;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.python.EvalPythonExec.ArgumentMetadata;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.AccumulatorV2;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;

/**
 * What a worker is told before the first batch, in Spark's own terms.
 *
 * @param functions each a chain, with the id of its result
 * @param evalType one of Spark's PythonEvalType
 * @param arguments of each function, by their number among the columns of `input`
 * @param named whether the worker expects to be told which arguments have names
 * @param input the columns that are sent
 * @param metrics of the node
 * @param artifacts the id of the session's files
 * @param session the id of the session, if its workers' logs are collected
 */
record FunctionCall(
        Seq<Tuple2<ChainedPythonFunctions, Object>> functions,
        int evalType,
        List<List<ArgumentMetadata>> arguments,
        boolean named,
        StructType input,
        Map<String, String> conf,
        Map<String, SQLMetric> metrics,
        Option<String> artifacts,
        Option<String> session)
        implements Serializable {

    /** The metrics, for the one of Spark's parameters that says it so. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // Scala's maps are covariant, which Java cannot say
    Map<String, AccumulatorV2<Object, Object>> accumulators() {
        return (Map) metrics;
    }

    int[][] offsets() {
        return arguments.stream()
                .map(of -> of.stream().mapToInt(ArgumentMetadata::offset).toArray())
                .toArray(int[][]::new);
    }

    ArgumentMetadata[][] uses() {
        return arguments.stream().map(of -> of.toArray(ArgumentMetadata[]::new)).toArray(ArgumentMetadata[][]::new);
    }
}
