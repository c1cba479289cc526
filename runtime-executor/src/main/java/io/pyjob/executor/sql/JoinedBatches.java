package io.pyjob.executor.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.util.TransferPair;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.Iterator$;

/**
 * Puts results beside the input that they were made of, without copying either.
 *
 * <p>Inputs wait here while they are with the worker. Results come in the same order of rows, but a function that makes an
 * iterator of an iterator may cut them into other batches: then a batch is what both have in one piece. A batch that was
 * given out is freed when the next one is taken, and all else by {@link #close}.
 */
final class JoinedBatches extends AbstractIterator<ColumnarBatch> implements AutoCloseable {
    private final BufferAllocator allocator;
    private final KeptBatches waiting;

    /** What the batch that was given out last is made of, and nothing needs any more. */
    private final List<FieldVector> spent = new ArrayList<>();

    private Iterator<ColumnarBatch> results = Iterator$.MODULE$.empty();
    private Piece input = Piece.NONE;
    private Piece result = Piece.NONE;

    /** The rows of some columns that have not been given out. */
    private record Piece(List<FieldVector> columns, int start, int end) {
        static final Piece NONE = new Piece(List.of(), 0, 0);

        int rows() {
            return end - start;
        }

        Piece from(int row) {
            return new Piece(columns, row, end);
        }
    }

    /** @param waiting inputs wait here; closed with this */
    JoinedBatches(KeptBatches waiting, BufferAllocator allocator) {
        this.waiting = waiting;
        this.allocator = allocator;
    }

    /** Keeps an input until its rows have come back. */
    void add(ArrowBatch batch) {
        waiting.add(batch);
    }

    /** Begins to take results. */
    void join(Iterator<ColumnarBatch> from) {
        results = from;
    }

    @Override
    public boolean hasNext() {
        while (result.rows() == 0 && results.hasNext()) {
            spent.addAll(result.columns());
            ColumnarBatch next = results.next();
            result = new Piece(ArrowRunner.vectors(next), 0, next.numRows());
        }
        return result.rows() > 0;
    }

    @Override
    public ColumnarBatch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the partition has no more rows");
        }
        if (input.rows() == 0) {
            spent.addAll(input.columns());
            input = Piece.NONE;
        }
        free();
        if (input.rows() == 0) {
            input = take();
        }
        int rows = Math.min(input.rows(), result.rows());
        List<ColumnVector> columns = new ArrayList<>();
        view(input, rows, columns);
        view(result, rows, columns);
        input = input.from(input.start() + rows);
        result = result.from(result.start() + rows);
        return new ColumnarBatch(columns.toArray(ColumnVector[]::new), rows);
    }

    private Piece take() {
        ArrowBatch next = waiting.poll()
                .orElseThrow(() -> new IllegalStateException(
                        "the function returned more rows than it was given: " + result.rows() + " have no input"));
        return new Piece(next.columns(), 0, next.rows());
    }

    private void view(Piece piece, int rows, List<ColumnVector> columns) {
        for (FieldVector vector : piece.columns()) {
            if ((piece.start() == 0 && rows == piece.end()) || ArrowColumn.isFlat(vector)) {
                columns.add(ArrowColumn.of(vector, piece.start()));
            } else {
                TransferPair part = vector.getTransferPair(allocator);
                part.splitAndTransfer(piece.start(), rows);
                FieldVector copy = (FieldVector) part.getTo();
                spent.add(copy);
                columns.add(ArrowColumn.of(copy, 0));
            }
        }
    }

    private void free() {
        spent.forEach(FieldVector::close);
        spent.clear();
    }

    /** Frees everything. */
    @Override
    public void close() {
        free();
        input.columns().forEach(FieldVector::close);
        input = Piece.NONE;
        result.columns().forEach(FieldVector::close);
        result = Piece.NONE;
        results = Iterator$.MODULE$.empty();
        waiting.close();
    }
}
