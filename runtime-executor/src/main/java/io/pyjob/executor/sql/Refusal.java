package io.pyjob.executor.sql;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PythonUDF;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.python.ArrowEvalPythonExec;
import org.apache.spark.sql.execution.python.FlatMapCoGroupsInBatchExec;
import org.apache.spark.sql.execution.python.FlatMapGroupsInBatchExec;
import org.apache.spark.sql.execution.python.MapInBatchExec;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import scala.jdk.javaapi.CollectionConverters;

/** Why a node is left to Spark. */
final class Refusal {
    private static final String ENABLED = "spark.pyjob.arrow.enabled";

    private Refusal() {}

    static Optional<String> of(ArrowEvalPythonExec node) {
        return bySettings(node.conf())
                .or(() -> byTypes(CollectionConverters.asJava(node.child().output())))
                .or(() -> byArguments(CollectionConverters.asJava(node.udfs())));
    }

    static Optional<String> of(MapInBatchExec node) {
        if (node.isBarrier()) {
            return Optional.of("a barrier stage");
        }
        if (node.profile().isDefined()) {
            return Optional.of("a resource profile of its own");
        }
        SparkPlan plan = (SparkPlan) node;
        return bySettings(plan.conf())
                .or(() -> byTypes(
                        CollectionConverters.asJava(plan.children().head().output())));
    }

    static Optional<String> of(FlatMapGroupsInBatchExec node) {
        return ofGroups((SparkPlan) node);
    }

    static Optional<String> of(FlatMapCoGroupsInBatchExec node) {
        return ofGroups((SparkPlan) node);
    }

    private static Optional<String> ofGroups(SparkPlan node) {
        return bySettings(node.conf())
                .or(() -> byTypes(CollectionConverters.asJava(node.children()).stream()
                        .flatMap(child -> CollectionConverters.asJava(child.output()).stream())
                        .toList()));
    }

    private static Optional<String> bySettings(SQLConf conf) {
        if (!Boolean.parseBoolean(conf.getConfString(ENABLED, "true"))) {
            return Optional.of(ENABLED + " is false");
        }
        if (conf.pythonUDFWorkerIdleTimeoutSeconds() > 0) {
            return Optional.of("spark.sql.execution.pyspark.udf.idleTimeoutSeconds is set");
        }
        if (conf.arrowMaxRecordsPerOutputBatch() > 0) {
            return Optional.of("spark.sql.execution.arrow.maxRecordsPerOutputBatch is set");
        }
        if (conf.arrowMaxBytesPerOutputBatch() > 0) {
            return Optional.of("spark.sql.execution.arrow.maxBytesPerOutputBatch is set");
        }
        return Optional.empty();
    }

    private static Optional<String> byTypes(List<Attribute> columns) {
        return columns.stream()
                .flatMap(column -> isArrow(column.dataType())
                        ? Stream.empty()
                        : Stream.of("column " + column.name() + " of type "
                                + column.dataType().simpleString() + " has no form in Arrow"))
                .findFirst();
    }

    /** Of what Arrow cannot have, most was refused before there was a plan; what is left Spark's node shall refuse. */
    private static Optional<String> byArguments(List<PythonUDF> functions) {
        return functions.stream()
                .flatMap(function -> CollectionConverters.asJava(function.children()).stream())
                .map(Expression::dataType)
                .filter(type -> !isArrow(type))
                .map(type -> "an argument of type " + type.simpleString() + " has no form in Arrow")
                .findFirst();
    }

    private static boolean isArrow(DataType type) {
        try {
            ArrowUtils.toArrowField("", type, true, "UTC", false, Metadata.empty());
            ArrowUtils.failDuplicatedFieldNames(new StructType().add("", type)); // of structs
            return true;
        } catch (RuntimeException e) {
            return false; // Spark's way to say that there is none
        }
    }
}
