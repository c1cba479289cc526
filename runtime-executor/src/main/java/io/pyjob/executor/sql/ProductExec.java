package io.pyjob.executor.sql;

import java.util.List;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** A node of a plan, with what Scala's compiler makes for case classes, and Java's does not. */
abstract class ProductExec extends SparkPlan {
    private final List<SparkPlan> children;

    ProductExec(SparkPlan... children) {
        this.children = List.of(children);
    }

    /** What the node was made with, in the order of its constructor, by which Spark makes copies. */
    abstract List<Object> arguments();

    /** The first. */
    final SparkPlan child() {
        return children.get(0);
    }

    @Override
    public final Seq<SparkPlan> children() {
        return CollectionConverters.asScala(children).toSeq();
    }

    @Override
    public final int productArity() {
        return arguments().size();
    }

    @Override
    public final Object productElement(int i) {
        return arguments().get(i);
    }

    @Override
    public final boolean canEqual(Object other) {
        return getClass().isInstance(other);
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof ProductExec that
                && getClass() == that.getClass()
                && arguments().equals(that.arguments());
    }

    @Override
    public final int hashCode() {
        return arguments().hashCode();
    }
}
