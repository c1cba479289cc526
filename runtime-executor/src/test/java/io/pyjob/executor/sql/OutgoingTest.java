package io.pyjob.executor.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingTest {
    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingIsLeft() {
        allocator.close(); // which says what is
    }

    static List<Sample> samples() {
        return Sample.ofEachType().stream()
                .map(each -> each.times(50).withNulls(3, 7))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void arrowReadsWhatIsWrittenAFewBytesAtATime(Sample sample) throws IOException {
        Reluctant channel = new Reluctant(7);
        write(channel, Outgoing.schema(ArrowUtils.toArrowSchema(sample.schema(), "UTC", true, false)));
        write(channel, batch(sample, false));
        write(channel, Outgoing.end(-4));

        try (ArrowStreamReader reader = new ArrowStreamReader(channel.content(), allocator)) {
            assertThat(reader.loadNextBatch()).isTrue();
            assertThat(sample.read(ArrowColumn.of(reader.getVectorSchemaRoot().getVector(0), 0), 50))
                    .isEqualTo(sample.expected());
            assertThat(reader.loadNextBatch()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void columnsAreFieldsOfAStruct(Sample sample) throws IOException {
        Reluctant channel = new Reluctant(1000);
        StructType wrapped = new StructType().add("struct", sample.schema());
        write(channel, Outgoing.schema(ArrowUtils.toArrowSchema(wrapped, "UTC", true, false)));
        write(channel, batch(sample, true));
        write(channel, Outgoing.end(-4));

        try (ArrowStreamReader reader = new ArrowStreamReader(channel.content(), allocator)) {
            assertThat(reader.loadNextBatch()).isTrue();
            ArrowColumn struct = ArrowColumn.of(reader.getVectorSchemaRoot().getVector(0), 0);
            assertThat(struct.hasNull()).isFalse();
            assertThat(sample.read(struct.getChild(0), 50)).isEqualTo(sample.expected());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 100})
    void bytesAreWrittenAsTheyAre(int atATime) throws IOException {
        Reluctant channel = new Reluctant(atATime);
        Outgoing outgoing = Outgoing.bytes(new byte[] {1, 2, 3, 4, 5});
        assertThat(outgoing.size()).isEqualTo(5);
        write(channel, outgoing);
        assertThat(channel.taken.toByteArray()).containsExactly(1, 2, 3, 4, 5);
    }

    private Outgoing batch(Sample sample, boolean struct) {
        Compression none = new Compression("none", 3);
        try (BatchWriter writer = new BatchLayout(sample.schema(), "UTC", false, 10, Long.MAX_VALUE).begin(allocator)) {
            sample.rows().forEach(row -> writer.append(row, 1));
            try (ArrowBatch batch = writer.finish()) {
                return Outgoing.batch(
                        struct
                                ? none.struct(batch.columns(), batch.rows(), allocator)
                                : none.columns(batch.columns(), batch.rows()));
            }
        }
    }

    private static void write(Reluctant channel, Outgoing outgoing) throws IOException {
        long before = channel.taken.size();
        try (outgoing) {
            while (!outgoing.writeTo(channel)) {
                channel.full = false;
            }
        }
        assertThat(channel.taken.size() - before).isEqualTo(outgoing.size());
    }

    /** Takes so many bytes at a time, and nothing each second time. */
    private static final class Reluctant implements GatheringByteChannel {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final int atATime;
        private boolean full;

        Reluctant(int atATime) {
            this.atATime = atATime;
        }

        ByteArrayInputStream content() {
            return new ByteArrayInputStream(taken.toByteArray());
        }

        @Override
        public int write(ByteBuffer piece) {
            int count = Math.min(atATime, piece.remaining());
            for (int i = 0; i < count; i++) {
                taken.write(piece.get());
            }
            return count;
        }

        @Override
        public long write(ByteBuffer[] pieces) {
            return write(pieces, 0, pieces.length);
        }

        @Override
        public long write(ByteBuffer[] pieces, int offset, int length) {
            if (full) {
                return 0;
            }
            full = true;
            int count = 0;
            for (int i = offset; i < offset + length && count == 0; i++) {
                count = write(pieces[i]);
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }
}
