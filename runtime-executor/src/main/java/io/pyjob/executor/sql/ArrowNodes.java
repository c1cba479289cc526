package io.pyjob.executor.sql;

import java.util.List;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.ColumnarRule;
import org.apache.spark.sql.execution.RowToColumnarExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.python.ArrowEvalPythonExec;
import org.apache.spark.sql.execution.python.FlatMapCoGroupsInBatchExec;
import org.apache.spark.sql.execution.python.FlatMapGroupsInBatchExec;
import org.apache.spark.sql.execution.python.MapInBatchExec;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/**
 * Puts our nodes in the place of Spark's.
 *
 * <p>Before Spark adds the transitions between rows and columns, a node of ours asks for columns. Where its child has only
 * rows, Spark then puts a transition that would make columns of its own of them; that is taken out again, since ours
 * writes rows into Arrow itself.
 */
final class ArrowNodes extends ColumnarRule {

    @Override
    public Rule<SparkPlan> preColumnarTransitions() {
        return new Each() {
            @Override
            SparkPlan change(SparkPlan node) {
                if (node instanceof NotTakenExec outer && outer.children().head() instanceof NotTakenExec inner) {
                    return inner; // the rule has been here before
                }
                if (node instanceof ArrowEvalPythonExec stock) {
                    return Refusal.of(stock)
                            .<SparkPlan>map(reason -> new NotTakenExec(reason, stock))
                            .orElseGet(() -> PyJobArrowEvalPythonExec.inPlaceOf(stock));
                }
                if (node instanceof MapInBatchExec stock) {
                    return Refusal.of(stock)
                            .<SparkPlan>map(reason -> new NotTakenExec(reason, node))
                            .orElseGet(() -> PyJobMapInArrowExec.inPlaceOf(stock));
                }
                if (node instanceof FlatMapGroupsInBatchExec stock) {
                    return Refusal.of(stock)
                            .<SparkPlan>map(reason -> new NotTakenExec(reason, node))
                            .orElseGet(() -> PyJobFlatMapGroupsExec.inPlaceOf(stock));
                }
                if (node instanceof FlatMapCoGroupsInBatchExec stock) {
                    return Refusal.of(stock)
                            .<SparkPlan>map(reason -> new NotTakenExec(reason, node))
                            .orElseGet(() -> PyJobFlatMapCoGroupsExec.inPlaceOf(stock));
                }
                return node;
            }
        };
    }

    @Override
    public Rule<SparkPlan> postColumnarTransitions() {
        return new Each() {
            @Override
            SparkPlan change(SparkPlan node) {
                if (!(node instanceof ArrowExec)) {
                    return node;
                }
                List<SparkPlan> children = CollectionConverters.asJava(node.children()).stream()
                        .map(child -> child instanceof RowToColumnarExec transition ? transition.child() : child)
                        .toList();
                return node.withNewChildren(
                        CollectionConverters.asScala(children).toSeq());
            }
        };
    }

    private abstract static class Each extends Rule<SparkPlan> {
        abstract SparkPlan change(SparkPlan node);

        @Override
        public SparkPlan apply(SparkPlan plan) {
            return plan.transformUp(new AbstractPartialFunction<SparkPlan, SparkPlan>() {
                @Override
                public boolean isDefinedAt(SparkPlan node) {
                    return true;
                }

                @Override
                public SparkPlan apply(SparkPlan node) {
                    return change(node);
                }
            });
        }
    }
}
