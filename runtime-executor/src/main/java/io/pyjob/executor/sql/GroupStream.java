package io.pyjob.executor.sql;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.util.ArrowUtils;
import scala.collection.Iterator;

/** Rows of one group after the other as streams of Arrow batches: each group has a stream of its own, all the same schema. */
final class GroupStream {
    /** What Arrow writes at the end of a stream: a mark, and a length of nothing. */
    private static final byte[] END = {-1, -1, -1, -1, 0, 0, 0, 0};

    private static final int FEWEST_ROWS = 16;
    private static final int MOST_ROWS = 10_000;

    private final GroupLayout layout;
    private final BufferAllocator allocator;
    private final int[] ordinals;
    private final byte[] beginning;

    /** Groups are often about as large as the one before, and memory for many rows is dear for a group of few. */
    private int expectedRows = FEWEST_ROWS;

    GroupStream(GroupLayout layout, BufferAllocator allocator) {
        this.layout = layout;
        this.allocator = allocator;
        ordinals = layout.ordinals().stream().mapToInt(Integer::intValue).toArray();
        beginning = serializedSchema(layout);
    }

    private static byte[] serializedSchema(GroupLayout layout) {
        BatchLayout batches = layout.batches();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (WriteChannel channel = new WriteChannel(Channels.newChannel(bytes))) {
            MessageSerializer.serialize(
                    channel, ArrowUtils.toArrowSchema(layout.sent(), batches.timeZone(), batches.largeTypes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is only written to memory
        }
        return bytes.toByteArray();
    }

    Outgoing beginning() {
        return Outgoing.bytes(beginning);
    }

    Outgoing end() {
        return Outgoing.bytes(END);
    }

    /** A batch of the next rows: of none if there is none. */
    Outgoing batch(Iterator<InternalRow> rows) {
        try (BatchWriter writer = layout.batches().begin(allocator, expectedRows)) {
            int count = 0;
            while (writer.hasRoom() && rows.hasNext()) {
                writer.append(rows.next(), ordinals);
                count++;
            }
            expectedRows = Math.min(Math.max(count, FEWEST_ROWS), MOST_ROWS);
            try (ArrowBatch batch = writer.finish()) {
                return Outgoing.batch(content(batch));
            }
        }
    }

    private ArrowRecordBatch content(ArrowBatch batch) {
        return layout.structs()
                ? layout.compression().struct(batch.columns(), batch.rows(), allocator)
                : layout.compression().columns(batch.columns(), batch.rows());
    }
}
