package io.pyjob.executor.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.spark.api.python.SpecialLengths;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

class SentGroupsTest {
    private static final Compression NONE = new Compression("none", 3);
    private static final StructType COLUMN = new StructType().add("c", DataTypes.LongType);
    private final BufferAllocator allocator = new RootAllocator();

    @AfterEach
    void nothingIsLeft() {
        allocator.close(); // which says what is
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGroupIsAStreamOfItsOwn(boolean structs) throws IOException {
        assertThat(read(sent(structs, groups(1, 25, 10, 1)), structs))
                .containsExactly(
                        List.of(List.of(upTo(1))),
                        List.of(List.of(upTo(10), from(10, 20), from(20, 25))),
                        List.of(List.of(upTo(10))),
                        List.of(List.of(upTo(1))));
    }

    @Test
    void ofNoGroupsThereIsOnlyTheEnd() throws IOException {
        assertThat(read(sent(false, groups()), false)).isEmpty();
    }

    /** Of a stream without a batch the worker could not make a table. */
    @Test
    void aSideWithoutRowsIsABatchWithoutRows() throws IOException {
        List<List<Iterator<InternalRow>>> groups =
                List.of(List.of(rows(2), rows(0)), List.of(rows(0), rows(11)), List.of(rows(1), rows(1)));
        SentGroups sent = new SentGroups(iterator(groups), List.of(stream(false), stream(false)));
        assertThat(read(sent, false))
                .containsExactly(
                        List.of(List.of(upTo(2)), List.of(upTo(0))),
                        List.of(List.of(upTo(0)), List.of(upTo(10), from(10, 11))),
                        List.of(List.of(upTo(1)), List.of(upTo(1))));
    }

    @Test
    void smallGroupsAreSentTogetherAndLargeBatchesAlone() {
        assertThat(sizes(sent(
                        false, groups(IntStream.generate(() -> 1).limit(1000).toArray()))))
                .hasSizeBetween(5, 50)
                .allSatisfy(size -> assertThat(size).isLessThan(200_000));
        GroupStream large = new GroupStream(layout(100_000, false), allocator);
        assertThat(sizes(new SentGroups(
                        iterator(List.of(List.of(rows(300_000)), List.of(rows(100_000)))), List.of(large))))
                .hasSize(4);
    }

    @Test
    void whatWasReadIsFreedWhenReadingFails() {
        Iterator<InternalRow> failing = CollectionConverters.asScala(IntStream.range(0, 5)
                .<InternalRow>mapToObj(i -> {
                    if (i == 3) {
                        throw new IllegalStateException("no more");
                    }
                    return new GenericInternalRow(new Object[] {(long) i});
                })
                .iterator());
        SentGroups sent =
                new SentGroups(iterator(List.of(List.of(rows(10)), List.of(failing))), List.of(stream(false)));
        assertThat(catchThrowable(sent::next)).hasMessage("no more");
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    @Test
    void rowsAreGroupedAndOnlyWhatIsSentIsTaken() throws IOException {
        Attribute key = attribute("k");
        Attribute value = attribute("v");
        Seq<Attribute> input =
                CollectionConverters.asScala(List.of(key, key, value)).toSeq();
        GroupLayout layout = new GroupLayout(
                input,
                CollectionConverters.asScala(List.<Expression>of(key)).toSeq(),
                List.of(2),
                new BatchLayout(COLUMN, "UTC", false, 10, Long.MAX_VALUE),
                COLUMN,
                false,
                NONE);
        Iterator<InternalRow> rows = CollectionConverters.asScala(LongStream.range(0, 9)
                .<InternalRow>mapToObj(i -> new GenericInternalRow(new Object[] {i / 4, i / 4, i}))
                .iterator());
        Iterator<Tuple2<InternalRow, Iterator<InternalRow>>> grouped = layout.groups(rows);
        java.util.Iterator<List<Iterator<InternalRow>>> groups = new java.util.Iterator<>() {
            @Override
            public boolean hasNext() {
                return grouped.hasNext();
            }

            @Override
            public List<Iterator<InternalRow>> next() {
                return List.of(grouped.next()._2());
            }
        };
        SentGroups sent =
                new SentGroups(CollectionConverters.asScala(groups), List.of(new GroupStream(layout, allocator)));
        assertThat(read(sent, false))
                .containsExactly(
                        List.of(List.of(from(0, 4))), List.of(List.of(from(4, 8))), List.of(List.of(from(8, 9))));
    }

    private static Attribute attribute(String name) {
        return new AttributeReference(
                name,
                DataTypes.LongType,
                true,
                Metadata.empty(),
                NamedExpression.newExprId(),
                CollectionConverters.asScala(List.<String>of()).toSeq());
    }

    private SentGroups sent(boolean structs, List<List<Iterator<InternalRow>>> groups) {
        return new SentGroups(iterator(groups), List.of(stream(structs)));
    }

    private GroupStream stream(boolean structs) {
        return new GroupStream(layout(10, structs), allocator);
    }

    private static GroupLayout layout(int maxRows, boolean structs) {
        return new GroupLayout(
                CollectionConverters.asScala(List.<Attribute>of()).toSeq(),
                CollectionConverters.asScala(List.<Expression>of()).toSeq(),
                List.of(0),
                new BatchLayout(COLUMN, "UTC", false, maxRows, Long.MAX_VALUE),
                structs ? new StructType().add("struct", COLUMN) : COLUMN,
                structs,
                NONE);
    }

    private static List<List<Iterator<InternalRow>>> groups(int... sizes) {
        return IntStream.of(sizes).mapToObj(size -> List.of(rows(size))).toList();
    }

    private static Iterator<InternalRow> rows(int count) {
        return CollectionConverters.asScala(LongStream.range(0, count)
                .<InternalRow>mapToObj(i -> new GenericInternalRow(new Object[] {i}))
                .iterator());
    }

    private static <T> Iterator<T> iterator(List<T> values) {
        return CollectionConverters.asScala(values.iterator());
    }

    private static List<Long> upTo(int end) {
        return from(0, end);
    }

    private static List<Long> from(int start, int end) {
        return LongStream.range(start, end).boxed().toList();
    }

    private static List<Long> sizes(SentGroups sent) {
        List<Long> sizes = new ArrayList<>();
        for (Optional<Outgoing> next = sent.next(); next.isPresent(); next = sent.next()) {
            try (Outgoing outgoing = next.get()) {
                sizes.add(outgoing.size());
            }
        }
        return sizes;
    }

    /** As the worker reads it: groups of streams of batches of values. */
    private List<List<List<List<Long>>>> read(SentGroups sent, boolean structs) throws IOException {
        Taken taken = new Taken();
        write(sent.beginning(), taken);
        for (Optional<Outgoing> next = sent.next(); next.isPresent(); next = sent.next()) {
            write(next.get(), taken);
        }
        write(sent.end(), taken);
        List<List<List<List<Long>>>> groups = new ArrayList<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(taken.bytes.toByteArray()));
        for (int streams = in.readInt(); streams > 0; streams = in.readInt()) {
            List<List<List<Long>>> group = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                group.add(readStream(in, structs));
            }
            groups.add(group);
        }
        assertThat(in.readInt()).isEqualTo(SpecialLengths.END_OF_STREAM());
        assertThat(in.read()).isNegative();
        return groups;
    }

    private List<List<Long>> readStream(DataInputStream in, boolean structs) throws IOException {
        List<List<Long>> batches = new ArrayList<>();
        try (ArrowStreamReader reader = new ArrowStreamReader(in, allocator)) {
            while (reader.loadNextBatch()) {
                FieldVector column = reader.getVectorSchemaRoot().getVector(0);
                FieldVector values = structs ? column.getChildrenFromFields().get(0) : column;
                batches.add(IntStream.range(0, values.getValueCount())
                        .mapToObj(i -> (Long) values.getObject(i))
                        .toList());
            }
            assertThat(reader.getVectorSchemaRoot().getVector(0).getName()).isEqualTo(structs ? "struct" : "c");
        }
        return batches;
    }

    private static void write(Outgoing outgoing, Taken taken) throws IOException {
        try (outgoing) {
            assertThat(outgoing.writeTo(taken)).isTrue();
        }
    }

    private static final class Taken implements GatheringByteChannel {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public int write(ByteBuffer piece) {
            byte[] content = new byte[piece.remaining()];
            piece.get(content);
            bytes.writeBytes(content);
            return content.length;
        }

        @Override
        public long write(ByteBuffer[] pieces) {
            return write(pieces, 0, pieces.length);
        }

        @Override
        public long write(ByteBuffer[] pieces, int offset, int length) {
            long count = 0;
            for (int i = offset; i < offset + length; i++) {
                count += write(pieces[i]);
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
