package io.pyjob.executor.sql;

import java.io.Serializable;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.execution.CoGroupedIterator;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.Tuple2;
import scala.Tuple3;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;

/**
 * Has a function make batches of each of a partition's groups, as many and as large as it likes.
 *
 * @param sides one, or two that are grouped together
 * @param keys of the first side
 * @param result what the function promised: a struct of the output's columns
 */
record GroupedFunction(FunctionCall call, List<GroupLayout> sides, Seq<Attribute> keys, DataType result)
        implements Serializable {

    private Iterator<ColumnarBatch> ofRows(Iterator<InternalRow> rows) {
        if (!rows.hasNext()) {
            return Iterator$.MODULE$.empty(); // without a worker
        }
        return apply(sides.get(0).groups(rows).map(new RowsOfGroup()));
    }

    private Iterator<ColumnarBatch> ofBoth(Iterator<InternalRow> left, Iterator<InternalRow> right) {
        if (!left.hasNext() && !right.hasNext()) {
            return Iterator$.MODULE$.empty();
        }
        return apply(
                new CoGroupedIterator(sides.get(0).groups(left), sides.get(1).groups(right), keys)
                        .map(new RowsOfBoth()));
    }

    private Iterator<ColumnarBatch> apply(Iterator<List<Iterator<InternalRow>>> groups) {
        sides.forEach(side -> ArrowUtils.failDuplicatedFieldNames(side.sent()));
        TaskContext context = TaskContext.get();
        BufferAllocator allocator = TaskMemory.open(context);
        StructResults results = new StructResults(call.evalType(), result, false);
        TaskMemory.closeAtEnd(context, allocator, results::close);
        SentGroups sent = new SentGroups(
                groups,
                sides.stream().map(side -> new GroupStream(side, allocator)).toList());
        results.take(new ArrowRunner(call, sent, allocator).compute(context));
        return results;
    }

    /** In the form that Scala's compiler has for functions. */
    static final class OfOne extends AbstractFunction1<Iterator<InternalRow>, Iterator<ColumnarBatch>>
            implements Serializable {
        private static final long serialVersionUID = 1;
        private final GroupedFunction function;

        OfOne(GroupedFunction function) {
            this.function = function;
        }

        @Override
        public Iterator<ColumnarBatch> apply(Iterator<InternalRow> rows) {
            return function.ofRows(rows);
        }
    }

    /** The same, of the same partition of two frames. */
    static final class OfTwo
            extends AbstractFunction2<Iterator<InternalRow>, Iterator<InternalRow>, Iterator<ColumnarBatch>>
            implements Serializable {
        private static final long serialVersionUID = 1;
        private final GroupedFunction function;

        OfTwo(GroupedFunction function) {
            this.function = function;
        }

        @Override
        public Iterator<ColumnarBatch> apply(Iterator<InternalRow> left, Iterator<InternalRow> right) {
            return function.ofBoth(left, right);
        }
    }

    private static final class RowsOfGroup
            extends AbstractFunction1<Tuple2<InternalRow, Iterator<InternalRow>>, List<Iterator<InternalRow>>> {
        @Override
        public List<Iterator<InternalRow>> apply(Tuple2<InternalRow, Iterator<InternalRow>> group) {
            return List.of(group._2());
        }
    }

    private static final class RowsOfBoth
            extends AbstractFunction1<
                    Tuple3<InternalRow, Iterator<InternalRow>, Iterator<InternalRow>>, List<Iterator<InternalRow>>> {
        @Override
        public List<Iterator<InternalRow>> apply(
                Tuple3<InternalRow, Iterator<InternalRow>, Iterator<InternalRow>> group) {
            return List.of(group._2(), group._3());
        }
    }
}
