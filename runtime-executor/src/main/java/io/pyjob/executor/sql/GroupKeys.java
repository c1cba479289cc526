package io.pyjob.executor.sql;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.SortOrder$;
import org.apache.spark.sql.catalyst.plans.physical.AllTuples$;
import org.apache.spark.sql.catalyst.plans.physical.ClusteredDistribution;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.python.EvalPythonExec.ArgumentMetadata;
import org.apache.spark.sql.execution.python.PandasGroupUtils;
import org.apache.spark.sql.internal.SQLConf;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** The keys of a node's child, and what follows from them, as in Spark's own nodes. */
record GroupKeys(Seq<Attribute> keys) {

    /** All rows of a group in one partition. */
    Distribution distribution() {
        return keys.isEmpty()
                ? AllTuples$.MODULE$
                : ClusteredDistribution.apply(
                        CollectionConverters.asScala(List.<Expression>copyOf(CollectionConverters.asJava(keys)))
                                .toSeq(),
                        ClusteredDistribution.apply$default$2(),
                        ClusteredDistribution.apply$default$3());
    }

    /** One after the other. */
    Seq<SortOrder> ordering() {
        return CollectionConverters.asScala(CollectionConverters.asJava(keys).stream()
                        .map(key -> SortOrder$.MODULE$.apply(key, Ascending$.MODULE$, SortOrder.apply$default$3()))
                        .toList())
                .toSeq();
    }

    /** What is sent of the child's rows: a key that is also a column once. */
    GroupLayout layout(SparkPlan child, boolean structs, SQLConf conf) {
        return GroupLayout.of(child.output(), keys, resolved(child)._1(), structs, conf);
    }

    /** Where the worker finds keys and columns in what is sent, in the form that it has for that. */
    List<ArgumentMetadata> arguments(SparkPlan child) {
        return Arrays.stream(resolved(child)._2())
                .mapToObj(offset -> new ArgumentMetadata(offset, Option.empty(), false))
                .toList();
    }

    private Tuple2<Seq<Attribute>, int[]> resolved(SparkPlan child) {
        return PandasGroupUtils.resolveArgOffsets(child.output(), keys);
    }
}
