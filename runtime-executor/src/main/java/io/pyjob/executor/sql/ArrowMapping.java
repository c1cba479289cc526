package io.pyjob.executor.sql;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.spark.TaskContext;
import org.apache.spark.api.python.PythonEvalType;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.errors.QueryExecutionErrors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataType$;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.util.TaskCompletionListener;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Has a function make batches of a partition's batches, as many and as large as it likes.
 *
 * @param columns how many the input has
 * @param result what the function promised: a struct of the output's columns
 * @param checked whether what it returns must be just that; else it need only be readable as such
 * @param ahead so many batches of the input may be read before they are asked for
 */
record ArrowMapping(
        FunctionCall call,
        int columns,
        BatchLayout layout,
        DataType result,
        boolean checked,
        Compression compression,
        int ahead)
        implements PerPartition {

    @Override
    public Iterator<ColumnarBatch> ofRows(Upstream upstream, Iterator<InternalRow> rows) {
        return map(upstream, allocator -> BatchSource.ofRows(rows, columns, null, layout, allocator));
    }

    @Override
    public Iterator<ColumnarBatch> ofBatches(Upstream upstream, Iterator<ColumnarBatch> batches) {
        return map(upstream, allocator -> BatchSource.ofBatches(batches, columns, null, layout, allocator));
    }

    private Iterator<ColumnarBatch> map(Upstream upstream, Function<BufferAllocator, BatchSource> opening) {
        TaskContext context = upstream.task();
        BufferAllocator allocator = ArrowUtils.rootAllocator()
                .newChildAllocator("functions of task " + context.taskAttemptId(), 0, Long.MAX_VALUE);
        Results results = new Results();
        TaskCompletionListener atEnd = finished -> {
            upstream.stop();
            results.close();
            allocator.close();
        };
        context.addTaskCompletionListener(atEnd);
        SentBatches batches = new SentBatches(
                opening.apply(allocator), call.input(), layout, upstream, ahead, batch -> send(batch, allocator));
        results.from = new ArrowRunner(call, batches, allocator).compute(context);
        return results;
    }

    private Outgoing send(ArrowBatch batch, BufferAllocator allocator) {
        try (batch) {
            return Outgoing.batch(compression.struct(batch.columns(), batch.rows(), allocator));
        }
    }

    /** The columns of the structs that come back. One batch is freed when the next is taken. */
    private final class Results extends AbstractIterator<ColumnarBatch> implements AutoCloseable {
        private Iterator<ColumnarBatch> from = Iterator$.MODULE$.empty();
        private List<FieldVector> given = List.of();

        @Override
        public boolean hasNext() {
            return from.hasNext();
        }

        @Override
        public ColumnarBatch next() {
            close();
            ColumnarBatch batch = from.next();
            given = ArrowRunner.vectors(batch);
            check(batch.column(0).dataType(), batch.numRows());
            ColumnVector[] fields = ((StructVector) given.get(0))
                    .getChildrenFromFields().stream()
                            .map(field -> ArrowColumn.of(field, 0))
                            .toArray(ColumnVector[]::new);
            return new ColumnarBatch(fields, batch.numRows());
        }

        private void check(DataType actual, int rows) {
            boolean fits = checked
                    ? DataType$.MODULE$.equalsIgnoreCompatibleNullability(actual, result)
                    : rows == 0 || canBeRead((StructType) actual);
            if (!fits) {
                throw Rethrown.of(QueryExecutionErrors.arrowDataTypeMismatchError(
                        PythonEvalType.toString(call.evalType()),
                        CollectionConverters.asScala(List.of(result)).toSeq(),
                        CollectionConverters.asScala(List.of(actual)).toSeq()));
            }
        }

        /** Without the check Spark takes what it can read, as a number for a date. Ours would read anything as anything. */
        private boolean canBeRead(StructType actual) {
            StructField[] promised = ((StructType) result).fields();
            return actual.length() >= promised.length
                    && IntStream.range(0, promised.length)
                            .allMatch(
                                    i -> ArrowColumn.canBeRead(actual.fields()[i].dataType(), promised[i].dataType()));
        }

        @Override
        public void close() {
            given.forEach(FieldVector::close);
            given = List.of();
        }
    }
}
