package io.pyjob.executor.sql;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.python.SpecialLengths;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.Iterator;

/**
 * A partition's groups on their way to a worker.
 *
 * <p>Of each group the worker gets the number of its streams, and then these: one, or one of each side of a cogroup. The
 * rows of a group are read as they are sent, so that a group may be larger than memory.
 */
final class SentGroups implements ArrowRunner.Input {
    /** Small groups are sent together: a system call takes longer than to make one of them. */
    private static final int BYTES_AT_ONCE = 64 << 10;

    /** Each part is some pieces of memory, of which a system call takes about a thousand. */
    private static final int PARTS_AT_ONCE = 256;

    private final Iterator<List<Iterator<InternalRow>>> groups;
    private final List<GroupStream> streams;

    /** The rows of the group that is being sent, for each of its streams. */
    private List<Iterator<InternalRow>> group = List.of();

    /** Which of them is being sent; as many as there are when the group has been. */
    private int stream;

    private boolean begun;

    /** @param groups each with rows for each of the streams, which are read before the next group is asked for */
    SentGroups(Iterator<List<Iterator<InternalRow>>> groups, List<GroupStream> streams) {
        this.groups = groups;
        this.streams = streams;
    }

    @Override
    public Outgoing beginning() {
        return numbers(); // none: each stream has a beginning of its own
    }

    @Override
    public boolean ready() {
        return true; // nothing is read ahead
    }

    @Override
    public void whenReady(Runnable call) {
        // It always is.
    }

    @Override
    public Optional<Outgoing> next() {
        List<Outgoing> parts = new ArrayList<>();
        try {
            long bytes = 0;
            while (bytes < BYTES_AT_ONCE && parts.size() < PARTS_AT_ONCE && hasMore()) {
                bytes += addBatch(parts);
            }
        } catch (RuntimeException | Error e) {
            parts.forEach(Outgoing::close);
            throw e;
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(Outgoing.together(parts));
    }

    private boolean hasMore() {
        return stream < group.size() || groups.hasNext();
    }

    /** Adds the next batch with what stands before and behind it. How large the batch is. */
    private long addBatch(List<Outgoing> parts) {
        if (stream == group.size()) {
            group = groups.next();
            stream = 0;
            parts.add(numbers(group.size()));
        }
        GroupStream to = streams.get(stream);
        Iterator<InternalRow> rows = group.get(stream);
        if (!begun) {
            parts.add(to.beginning());
            begun = true;
        }
        Outgoing batch = to.batch(rows); // of no rows, if one side of a cogroup has none: the worker wants one
        parts.add(batch);
        if (!rows.hasNext()) {
            parts.add(to.end());
            begun = false;
            stream++;
        }
        return batch.size();
    }

    @Override
    public Outgoing end() {
        return numbers(0, SpecialLengths.END_OF_STREAM());
    }

    private static Outgoing numbers(int... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES);
        for (int each : numbers) {
            bytes.putInt(each);
        }
        return Outgoing.bytes(bytes.array());
    }
}
