package io.pyjob.executor.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.util.ArrowUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ResultStreamTest {
    private static final Sample WORDS =
            new Sample(DataTypes.StringType, List.<Object>of(Sample.text("a"), Sample.text(""), Sample.text("bc")));

    @TempDir
    Path folder;

    private final BufferAllocator allocator = new RootAllocator();
    private Peer peer;

    @BeforeEach
    void connect() throws IOException {
        peer = Peer.in(folder);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        peer.close();
        allocator.close(); // which says what is
    }

    @Test
    void batchesOutliveTheNextOne() throws IOException {
        Sample first = WORDS.times(10);
        Sample third = WORDS.times(20).withNulls(2, 3);
        byte[] stream = stream(first, first.part(0, 0), third);
        peer.write(stream);
        ResultStream results = open();
        try (ArrowBatch one = results.next().orElseThrow();
                ArrowBatch none = results.next().orElseThrow();
                ArrowBatch other = results.next().orElseThrow()) {
            assertThat(results.next()).isEmpty();
            assertThat(read(first, one)).isEqualTo(first.expected());
            assertThat(none.rows()).isZero();
            assertThat(read(third, other)).isEqualTo(third.expected());
            assertThat(results.bytesRead()).isEqualTo(stream.length - beginning().length - 8);
        }
    }

    @Test
    void allTypesComeBack() throws IOException {
        for (Sample sample : Sample.ofEachType()) {
            Sample some = sample.times(9).withNulls(1, 4);
            peer.write(stream(some));
            ResultStream results = open();
            try (ArrowBatch batch = results.next().orElseThrow()) {
                assertThat(read(some, batch)).isEqualTo(some.expected());
            }
            assertThat(results.next()).isEmpty();
        }
    }

    @Test
    void aStreamThatBreaksOffLeavesNothing() throws IOException {
        byte[] stream = stream(WORDS.times(1000));
        peer.write(Arrays.copyOf(stream, stream.length - 100));
        peer.leave();
        ResultStream results = open();
        assertThatThrownBy(results::next).isInstanceOf(EOFException.class);
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    @Test
    void whatIsNoArrowStreamIsRefused() throws IOException {
        peer.write(new byte[8]);
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageStartingWith("no Arrow stream");
    }

    @Test
    void aStreamThatEndsAtOnceHasNoSchema() throws IOException {
        peer.write(new byte[] {-1, -1, -1, -1, 0, 0, 0, 0});
        assertThatThrownBy(this::open).hasMessage("an Arrow stream without a schema");
    }

    @Test
    void dictionariesAreRefused() throws IOException {
        Field field = new Field(
                "word",
                new FieldType(true, ArrowType.Utf8.INSTANCE, new DictionaryEncoding(1, false, null)),
                List.of());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        MessageSerializer.serialize(new WriteChannel(Channels.newChannel(bytes)), new Schema(List.of(field)));
        peer.write(bytes.toByteArray());
        assertThatThrownBy(this::open).hasMessageContaining("column word").hasMessageContaining("dictionary-encoded");
    }

    private ResultStream open() throws IOException {
        return ResultStream.open(new WorkerConversation(peer.worker, Optional::empty), allocator);
    }

    private static List<?> read(Sample sample, ArrowBatch batch) {
        return sample.read(ArrowColumn.of(batch.columns().get(0), 0), batch.rows());
    }

    private byte[] beginning() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        MessageSerializer.serialize(
                new WriteChannel(Channels.newChannel(bytes)),
                ArrowUtils.toArrowSchema(WORDS.schema(), "UTC", true, false));
        return bytes.toByteArray();
    }

    private byte[] stream(Sample... samples) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WriteChannel channel = new WriteChannel(Channels.newChannel(bytes));
        MessageSerializer.serialize(channel, ArrowUtils.toArrowSchema(samples[0].schema(), "UTC", true, false));
        for (Sample sample : samples) {
            try (BatchWriter writer =
                    new BatchLayout(sample.schema(), "UTC", false, 10, Long.MAX_VALUE).begin(allocator)) {
                sample.rows().forEach(row -> writer.append(row, 1));
                try (ArrowBatch batch = writer.finish();
                        ArrowRecordBatch content = new Compression("none", 3).columns(batch.columns(), batch.rows())) {
                    MessageSerializer.serialize(channel, content);
                }
            }
        }
        channel.writeIntLittleEndian(MessageSerializer.IPC_CONTINUATION_TOKEN);
        channel.writeIntLittleEndian(0);
        return bytes.toByteArray();
    }
}
