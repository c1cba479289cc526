package io.pyjob.executor.sql;

import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.Iterator;

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
        ArrowUtils.failDuplicatedFieldNames(call.input());
        TaskContext context = upstream.task();
        BufferAllocator allocator = TaskMemory.open(context);
        StructResults results = new StructResults(call.evalType(), result, checked);
        TaskMemory.closeAtEnd(context, allocator, () -> {
            upstream.stop();
            results.close();
        });
        SentBatches batches = new SentBatches(
                opening.apply(allocator), call.input(), layout, upstream, ahead, batch -> send(batch, allocator));
        results.take(new ArrowRunner(call, batches, allocator).compute(context));
        return results;
    }

    private Outgoing send(ArrowBatch batch, BufferAllocator allocator) {
        try (batch) {
            return Outgoing.batch(compression.struct(batch.columns(), batch.rows(), allocator));
        }
    }
}
