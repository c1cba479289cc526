package io.pyjob.executor.sql;

import java.util.List;
import org.apache.spark.JobArtifactSet;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.Option;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A node that calls Python functions, in the place of one of Spark's: Arrow batches go in and come out.
 *
 * <p>The child may have columns or rows; see {@link ArrowNodes}.
 */
abstract class ArrowExec extends SparkPlan {
    private final SparkPlan child;
    private final transient Map<String, SQLMetric> metrics;
    private final Option<String> artifacts =
            JobArtifactSet.getCurrentJobArtifactState().map(state -> state.uuid());

    ArrowExec(SparkPlan child) {
        this.child = child;
        metrics = PythonMetrics.of(sparkContext());
    }

    /** What is done with each partition. */
    abstract PerPartition work();

    final SparkPlan child() {
        return child;
    }

    /** The id of the session's files. */
    final Option<String> artifacts() {
        return artifacts;
    }

    /** The id of the session, if what its workers log is collected. */
    final Option<String> loggedSession() {
        return conf().pythonWorkerLoggingEnabled() ? Option.apply(session().sessionUUID()) : Option.empty();
    }

    @Override
    public final Map<String, SQLMetric> metrics() {
        return metrics;
    }

    @Override
    public final Seq<SparkPlan> children() {
        return CollectionConverters.asScala(List.of(child)).toSeq();
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

    @Override
    public final RDD<ColumnarBatch> doExecuteColumnar() {
        return PerPartition.of(child, work());
    }
}
