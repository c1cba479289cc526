package io.pyjob.executor.sql;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.MutableProjection;
import org.apache.spark.sql.catalyst.expressions.MutableProjection$;
import org.apache.spark.sql.errors.QueryExecutionErrors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataType$;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Evaluates functions on a partition: the input's columns with the functions' results beside them.
 *
 * @param input the attributes of the input
 * @param computed arguments that are no column of the input
 * @param layout of batches: the input's columns, then the computed ones
 * @param sent which columns of a batch the functions get, in the order of their arguments
 * @param results the types that the functions shall return
 * @param compression of what is sent
 * @param ahead so many batches of the input may be read before they are asked for
 */
record ArrowEvaluation(
        FunctionCall call,
        Seq<Attribute> input,
        Seq<Expression> computed,
        BatchLayout layout,
        List<Integer> sent,
        List<DataType> results,
        Compression compression,
        int ahead)
        implements PerPartition {
    /** Inputs of so many full batches wait for their results in memory. */
    private static final int KEPT = 2;

    @Override
    public Iterator<ColumnarBatch> ofRows(Upstream upstream, Iterator<InternalRow> rows) {
        return evaluate(
                upstream,
                (allocator, projection) -> BatchSource.ofRows(rows, input.length(), projection, layout, allocator));
    }

    @Override
    public Iterator<ColumnarBatch> ofBatches(Upstream upstream, Iterator<ColumnarBatch> batches) {
        return evaluate(
                upstream,
                (allocator, projection) ->
                        BatchSource.ofBatches(batches, input.length(), projection, layout, allocator));
    }

    private interface Opening {
        BatchSource open(BufferAllocator allocator, @Nullable MutableProjection computed);
    }

    private Iterator<ColumnarBatch> evaluate(Upstream upstream, Opening opening) {
        TaskContext context = upstream.task();
        BufferAllocator allocator = TaskMemory.open(context);
        BatchFiles files = BatchFiles.of(SparkEnv.get(), context.taskMetrics(), allocator);
        JoinedBatches joined = new JoinedBatches(new KeptBatches(files, KEPT * layout.maxBytes()), allocator);
        TaskMemory.closeAtEnd(context, allocator, () -> {
            upstream.stop();
            joined.close();
        });
        SentBatches batches = new SentBatches(
                opening.open(allocator, projection(context.partitionId())),
                call.input(),
                layout,
                upstream,
                ahead,
                batch -> send(batch, joined));
        joined.join(new Checked(new ArrowRunner(call, batches, allocator).compute(context)));
        return joined;
    }

    private @Nullable MutableProjection projection(int partition) {
        if (computed.isEmpty()) {
            return null;
        }
        MutableProjection projection = MutableProjection$.MODULE$.create(computed, input);
        projection.initialize(partition);
        return projection;
    }

    private Outgoing send(ArrowBatch batch, JoinedBatches joined) {
        List<FieldVector> columns = batch.columns();
        Outgoing outgoing;
        try {
            outgoing = Outgoing.batch(
                    compression.columns(sent.stream().map(columns::get).toList(), batch.rows()));
        } catch (RuntimeException | Error e) {
            batch.close();
            throw e;
        }
        try {
            columns.subList(input.length(), columns.size()).forEach(FieldVector::close);
            joined.add(new ArrowBatch(columns.subList(0, input.length()), batch.rows())); // which may close it
        } catch (RuntimeException | Error e) {
            outgoing.close();
            throw e;
        }
        return outgoing;
    }

    /** Results, if they are of the types that were promised. */
    private final class Checked extends AbstractIterator<ColumnarBatch> {
        private final Iterator<ColumnarBatch> from;

        Checked(Iterator<ColumnarBatch> from) {
            this.from = from;
        }

        @Override
        public boolean hasNext() {
            return from.hasNext();
        }

        @Override
        public ColumnarBatch next() {
            ColumnarBatch batch = from.next();
            List<DataType> actual = IntStream.range(0, batch.numCols())
                    .mapToObj(i -> batch.column(i).dataType())
                    .toList();
            if (!sameTypes(actual)) {
                ArrowRunner.vectors(batch).forEach(FieldVector::close);
                throw Rethrown.of(QueryExecutionErrors.arrowDataTypeMismatchError(
                        "pandas_udf()",
                        CollectionConverters.asScala(results).toSeq(),
                        CollectionConverters.asScala(actual).toSeq()));
            }
            return batch;
        }

        private boolean sameTypes(List<DataType> actual) {
            return DataType$.MODULE$.equalsIgnoreCompatibleCollation(
                    CollectionConverters.asScala(results).toSeq(),
                    CollectionConverters.asScala(actual).toSeq());
        }
    }
}
