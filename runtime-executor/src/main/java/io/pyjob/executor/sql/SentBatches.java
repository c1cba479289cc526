package io.pyjob.executor.sql;

import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.api.python.SpecialLengths;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;

/** A partition's batches on their way to a worker. */
final class SentBatches implements ArrowRunner.Input {
    private final BatchSource source;
    private final Schema schema;
    private final Function<ArrowBatch, Outgoing> send;
    private final InputFileScope files = new InputFileScope();

    /**
     * @param columns as the worker sees them
     * @param send takes the batch over
     */
    SentBatches(BatchSource source, StructType columns, BatchLayout layout, Function<ArrowBatch, Outgoing> send) {
        this.source = source;
        this.send = send;
        schema = ArrowUtils.toArrowSchema(columns, layout.timeZone(), layout.largeTypes());
    }

    @Override
    public Outgoing beginning() {
        return Outgoing.schema(schema);
    }

    @Override
    public Optional<Outgoing> next() {
        return files.within(source::next).map(send);
    }

    @Override
    public Outgoing end() {
        return Outgoing.end(SpecialLengths.END_OF_STREAM());
    }
}
