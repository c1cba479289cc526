package io.pyjob.executor.sql;

import java.util.HashMap;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import org.apache.spark.sql.execution.python.PythonSQLMetrics;
import scala.collection.immutable.Map;
import scala.jdk.javaapi.CollectionConverters;

/** The SQL metrics of nodes that call Python: Spark's own, under its names. */
final class PythonMetrics {
    private PythonMetrics() {}

    static Map<String, SQLMetric> of(SparkContext context) {
        HashMap<String, SQLMetric> metrics = new HashMap<>();
        add(metrics, PythonSQLMetrics.pythonSizeMetricsDesc(), name -> SQLMetrics.createSizeMetric(context, name, 0));
        add(
                metrics,
                PythonSQLMetrics.pythonTimingMetricsDesc(),
                name -> SQLMetrics.createTimingMetric(context, name, 0));
        add(metrics, PythonSQLMetrics.pythonOtherMetricsDesc(), name -> SQLMetrics.createMetric(context, name));
        return Map.from(CollectionConverters.asScala(metrics));
    }

    private static void add(
            java.util.Map<String, SQLMetric> metrics,
            Map<String, String> descriptions,
            Function<String, SQLMetric> metric) {
        CollectionConverters.asJava(descriptions).forEach((key, name) -> metrics.put(key, metric.apply(name)));
    }
}
