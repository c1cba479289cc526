package io.pyjob.executor.sql;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.spark.api.python.PythonEvalType;
import org.apache.spark.sql.errors.QueryExecutionErrors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataType$;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.jdk.javaapi.CollectionConverters;

/** The columns of the structs that come back. One batch is freed when the next is taken. */
final class StructResults extends AbstractIterator<ColumnarBatch> implements AutoCloseable {
    private final int evalType;
    private final DataType promised;
    private final boolean checked;
    private Iterator<ColumnarBatch> from = Iterator$.MODULE$.empty();
    private List<FieldVector> given = List.of();

    /**
     * @param promised a struct of the output's columns
     * @param checked whether what comes must be just that; else it need only be readable as such
     */
    StructResults(int evalType, DataType promised, boolean checked) {
        this.evalType = evalType;
        this.promised = promised;
        this.checked = checked;
    }

    /** Begins to take results. */
    void take(Iterator<ColumnarBatch> results) {
        from = results;
    }

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
                ? DataType$.MODULE$.equalsIgnoreCompatibleNullability(actual, promised)
                : rows == 0 || canBeRead((StructType) actual);
        if (!fits) {
            throw Rethrown.of(QueryExecutionErrors.arrowDataTypeMismatchError(
                    PythonEvalType.toString(evalType),
                    CollectionConverters.asScala(List.of(promised)).toSeq(),
                    CollectionConverters.asScala(List.of(actual)).toSeq()));
        }
    }

    /** Without the check Spark takes what it can read, as a number for a date. Ours would read anything as anything. */
    private boolean canBeRead(StructType actual) {
        StructField[] fields = ((StructType) promised).fields();
        return actual.length() >= fields.length
                && IntStream.range(0, fields.length)
                        .allMatch(i -> ArrowColumn.canBeRead(actual.fields()[i].dataType(), fields[i].dataType()));
    }

    @Override
    public void close() {
        given.forEach(FieldVector::close);
        given = List.of();
    }
}
