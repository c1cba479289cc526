package io.pyjob.executor.sql;

import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.api.python.SpecialLengths;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.jspecify.annotations.Nullable;

/**
 * A partition's batches on their way to a worker.
 *
 * <p>The first two are made when they are asked for, so that a small partition needs no thread. If there is more, the
 * others are read {@linkplain ReadAhead ahead}, where there is a core for that.
 */
final class SentBatches implements ArrowRunner.Input {
    private static final int FIRST = 2;

    private final BatchSource source;
    private final Schema schema;
    private final Function<ArrowBatch, Outgoing> send;
    private final Upstream upstream;
    private final int ahead;
    private final InputFileScope files = new InputFileScope();
    private Runnable arrived = () -> {};
    private int made;
    private @Nullable ReadAhead others;

    /**
     * @param columns as the worker sees them
     * @param ahead so many batches may wait
     * @param send takes the batch over
     */
    SentBatches(
            BatchSource source,
            StructType columns,
            BatchLayout layout,
            Upstream upstream,
            int ahead,
            Function<ArrowBatch, Outgoing> send) {
        this.source = source;
        this.send = send;
        this.upstream = upstream;
        this.ahead = upstream.ahead(ahead);
        schema = ArrowUtils.toArrowSchema(columns, layout.timeZone(), layout.largeTypes());
    }

    @Override
    public Outgoing beginning() {
        return Outgoing.schema(schema);
    }

    @Override
    public void whenReady(Runnable call) {
        arrived = call;
    }

    @Override
    public boolean ready() {
        return others == null || others.ready();
    }

    @Override
    public Optional<Outgoing> next() {
        return (others == null ? files.within(() -> upstream.begin(this::make)) : others.next()).map(send);
    }

    private Optional<ArrowBatch> make() {
        Optional<ArrowBatch> batch = source.next();
        made++;
        if (batch.isPresent() && made == FIRST && ahead > 0) {
            others = upstream.readAhead(ahead, source::next, arrived);
        }
        return batch;
    }

    @Override
    public Outgoing end() {
        return Outgoing.end(SpecialLengths.END_OF_STREAM());
    }
}
