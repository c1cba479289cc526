package io.pyjob.executor.sql;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.catalyst.plans.physical.UnknownPartitioning;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.CodegenSupport;
import org.apache.spark.sql.execution.ColumnarRule;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.RowToColumnarExec;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnionExec;
import org.apache.spark.sql.execution.python.ArrowEvalPythonExec;
import org.apache.spark.sql.execution.python.FlatMapCoGroupsInBatchExec;
import org.apache.spark.sql.execution.python.FlatMapGroupsInBatchExec;
import org.apache.spark.sql.execution.python.MapInBatchExec;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractPartialFunction;

/**
 * Puts our nodes in the place of Spark's.
 *
 * <p>Before Spark adds the transitions between rows and columns, a node of ours asks for columns. Where its child has only
 * rows, Spark then puts a transition that would make columns of its own of them; that is taken out again, since ours
 * writes rows into Arrow itself. Where a consumer wants rows, the transition to them is ours, too.
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
                    return taken(node, Refusal.of(stock), () -> PyJobArrowEvalPythonExec.inPlaceOf(stock));
                }
                if (node instanceof MapInBatchExec stock) {
                    return taken(node, Refusal.of(stock), () -> PyJobMapInArrowExec.inPlaceOf(stock));
                }
                if (node instanceof FlatMapGroupsInBatchExec stock) {
                    return taken(node, Refusal.of(stock), () -> PyJobFlatMapGroupsExec.inPlaceOf(stock));
                }
                if (node instanceof FlatMapCoGroupsInBatchExec stock) {
                    return taken(node, Refusal.of(stock), () -> PyJobFlatMapCoGroupsExec.inPlaceOf(stock));
                }
                return node;
            }
        };
    }

    private static SparkPlan taken(SparkPlan stock, Optional<String> refusal, Supplier<SparkPlan> ours) {
        return refusal.<SparkPlan>map(reason -> new NotTakenExec(reason, stock)).orElseGet(ours);
    }

    @Override
    public Rule<SparkPlan> postColumnarTransitions() {
        return new Each() {
            @Override
            SparkPlan change(SparkPlan node) {
                if (node instanceof ArrowExec ours) {
                    return node.mapChildren(ours.readsRows() ? new AsRows() : new Untouched());
                }
                if (node instanceof ColumnarToRowExec transition
                        && transition.child() instanceof RowToColumnarExec inner) {
                    return inner.child(); // of a union
                }
                if (node instanceof UnionExec union && joinsPartitions(union)) {
                    return new RowToColumnarExec(union.mapChildren(new AsRows()));
                }
                return wantsRows(node) ? node.mapChildren(new Rows()) : node;
            }

            /** Whoever asked for the plan wants rows, too, unless it asked for columns. */
            @Override
            public SparkPlan apply(SparkPlan plan) {
                return new Rows().apply(super.apply(plan));
            }
        };
    }

    /**
     * Whether it promises how its rows are partitioned, which it then keeps for rows only: its columns are those of one
     * child's partitions after the other's. Spark's own nodes for functions give rows.
     */
    private static boolean joinsPartitions(UnionExec union) {
        return union.supportsColumnar()
                && !(union.outputPartitioning() instanceof UnknownPartitioning)
                && CollectionConverters.asJava(union.children()).stream()
                        .anyMatch(child -> child instanceof ArrowExec || child instanceof RowToColumnarExec);
    }

    /** Others read the columns themselves, in the same compiled loop as Spark's transition, and make no rows of them. */
    private static boolean wantsRows(SparkPlan consumer) {
        return consumer instanceof SortExec || !(consumer instanceof CodegenSupport);
    }

    /** What stood there before Spark put a transition to columns on it. */
    private static final class Untouched extends AbstractFunction1<SparkPlan, SparkPlan> {
        @Override
        public SparkPlan apply(SparkPlan plan) {
            return plan instanceof RowToColumnarExec transition ? new Rows().apply(transition.child()) : plan;
        }
    }

    /** Rows of whatever stood there. */
    private static final class AsRows extends AbstractFunction1<SparkPlan, SparkPlan> {
        @Override
        public SparkPlan apply(SparkPlan plan) {
            SparkPlan untouched = new Untouched().apply(plan);
            return untouched.supportsColumnar() ? new Rows().apply(new ColumnarToRowExec(untouched)) : untouched;
        }
    }

    private static final class Rows extends AbstractFunction1<SparkPlan, SparkPlan> {
        @Override
        public SparkPlan apply(SparkPlan plan) {
            return PyJobArrowToRowsExec.inPlaceOf(plan).orElse(plan);
        }
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
