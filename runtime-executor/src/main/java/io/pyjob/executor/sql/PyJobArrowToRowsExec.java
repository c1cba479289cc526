package io.pyjob.executor.sql;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction1;

/**
 * Makes rows of what one of our nodes gives, for a consumer that wants them as such: an exchange, a sort, a writer.
 *
 * <p>Spark's own transition, and the projection behind it that chooses and renames columns, are compiled into one loop that
 * writes value by value, row by row. This writes column by column into a block of rows.
 */
public final class PyJobArrowToRowsExec extends ProductExec {
    private final Seq<NamedExpression> columns;
    private final transient Map<String, SQLMetric> metrics;

    /** Spark makes copies by this constructor, from {@link #arguments}. */
    public PyJobArrowToRowsExec(Seq<NamedExpression> columns, SparkPlan child) {
        super(child);
        this.columns = columns;
        metrics = Map$.MODULE$.from(CollectionConverters.asScala(List.of(
                new Tuple2<>("numOutputRows", SQLMetrics.createMetric(sparkContext(), "number of output rows")),
                new Tuple2<>("numInputBatches", SQLMetrics.createMetric(sparkContext(), "number of input batches")))));
    }

    /** What can be put in the place of Spark's transition, perhaps below a projection; empty if nothing. */
    static Optional<SparkPlan> inPlaceOf(SparkPlan stock) {
        if (stock instanceof ColumnarToRowExec transition && transition.child() instanceof ArrowExec ours) {
            return of(
                    CollectionConverters.asScala(
                                    List.<NamedExpression>copyOf(CollectionConverters.asJava(ours.output())))
                            .toSeq(),
                    ours);
        }
        if (stock instanceof ProjectExec project
                && project.child() instanceof ColumnarToRowExec transition
                && transition.child() instanceof ArrowExec ours) {
            return of(project.projectList(), ours);
        }
        return Optional.empty();
    }

    private static Optional<SparkPlan> of(Seq<NamedExpression> columns, ArrowExec ours) {
        boolean writable = CollectionConverters.asJava(columns).stream()
                .allMatch(each -> source(each) instanceof Attribute column
                        && RowField.of(column.dataType()).isPresent());
        return writable ? Optional.of(new PyJobArrowToRowsExec(columns, ours)) : Optional.empty();
    }

    /** What a column is, without its name. */
    private static Expression source(NamedExpression column) {
        return column instanceof Alias alias ? alias.child() : (Expression) column;
    }

    @Override
    public String nodeName() {
        return "PyJobArrowToRows";
    }

    @Override
    public Seq<Attribute> output() {
        return CollectionConverters.asScala(CollectionConverters.asJava(columns).stream()
                        .map(NamedExpression::toAttribute)
                        .toList())
                .toSeq();
    }

    /** As behind the projection. */
    @Override
    public Partitioning outputPartitioning() {
        return new ProjectExec(columns, child()).outputPartitioning();
    }

    @Override
    public Seq<SortOrder> outputOrdering() {
        return new ProjectExec(columns, child()).outputOrdering();
    }

    @Override
    public Map<String, SQLMetric> metrics() {
        return metrics;
    }

    @Override
    public RDD<InternalRow> doExecute() {
        List<Attribute> input = CollectionConverters.asJava(child().output());
        List<Attribute> sources = CollectionConverters.asJava(columns).stream()
                .map(each -> (Attribute) source(each))
                .toList();
        ArrowRows rows = new ArrowRows(
                sources.stream().map(each -> Arguments.columnOf(each, input)).toList(),
                sources.stream().map(Attribute::dataType).toList(),
                metrics.apply("numInputBatches"),
                metrics.apply("numOutputRows"));
        return child().executeColumnar()
                .mapPartitionsInternal(new OfPartition(rows), false, ClassTag.apply(InternalRow.class));
    }

    @Override
    List<Object> arguments() {
        return List.of(columns, child());
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return new PyJobArrowToRowsExec(columns, children.apply(0));
    }

    /** In the form that Scala's compiler has for functions. */
    private static final class OfPartition extends AbstractFunction1<Iterator<ColumnarBatch>, Iterator<InternalRow>>
            implements Serializable {
        private static final long serialVersionUID = 1;
        private final ArrowRows rows;

        OfPartition(ArrowRows rows) {
            this.rows = rows;
        }

        @Override
        public Iterator<InternalRow> apply(Iterator<ColumnarBatch> batches) {
            return rows.of(batches);
        }
    }
}
