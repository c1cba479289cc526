package io.pyjob.executor.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WorkerConversationTest {
    private static final int PIECE = 100_000;

    @TempDir
    Path folder;

    private Peer peer;

    @BeforeEach
    void connect() throws IOException {
        peer = Peer.in(folder);
    }

    @AfterEach
    void disconnect() throws IOException {
        peer.close();
    }

    @Test
    void bothSidesMaySpeakAtOnce() throws IOException {
        int pieces = 200;
        CompletableFuture<Void> echo = inBackground(() -> peer.echo((long) pieces * PIECE));
        WorkerConversation conversation = new WorkerConversation(
                peer.worker, sourceOf(IntStream.range(0, pieces).mapToObj(i -> piece(i))));
        for (int i = 0; i < pieces; i++) {
            byte[] part = new byte[PIECE - 3];
            conversation.readFully(ByteBuffer.wrap(part));
            assertThat(part).containsOnly(i);
            assertThat(conversation.readNBytes(3)).containsOnly(i);
        }
        echo.join();
    }

    /** Each piece comes as late as that the conversation already waits for it, or earlier. */
    @Test
    void whatIsNotReadyIsSentWhenItIs() throws IOException {
        int pieces = 300;
        Queue<Outgoing> made = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> echo = inBackground(() -> peer.echo((long) pieces * PIECE));
        CompletableFuture<Void> maker = inBackground(() -> {
            for (int i = 0; i < pieces; i++) {
                made.add(piece(i));
                peer.worker.selector().wakeup();
                LockSupport.parkNanos(i % 3 * 200_000L);
            }
            over.set(true);
            peer.worker.selector().wakeup();
        });
        WorkerConversation conversation = new WorkerConversation(peer.worker, new WorkerConversation.Source() {
            @Override
            public boolean ready() {
                return over.get() || !made.isEmpty();
            }

            @Override
            public Optional<Outgoing> next() {
                return Optional.ofNullable(made.poll());
            }
        });
        for (int i = 0; i < pieces; i++) {
            assertThat(conversation.readNBytes(PIECE)).containsOnly(i);
        }
        maker.join();
        echo.join();
    }

    @Test
    void aWorkerMayAnswerBeforeItHasReadAnything() throws IOException {
        peer.write("done".getBytes(StandardCharsets.UTF_8));
        WorkerConversation conversation =
                new WorkerConversation(peer.worker, sourceOf(Stream.generate(() -> piece(1))));
        assertThat(conversation.readNBytes(4)).asString().isEqualTo("done");
        conversation.close();
    }

    /** As one whose function has failed in the first of many batches: what it says is the reason. */
    @Test
    void whatAWorkerSaidBeforeItLeftIsHeardThoughItReadsNoMore() throws IOException {
        peer.write("the reason".getBytes(StandardCharsets.UTF_8));
        peer.leave();
        WorkerConversation conversation =
                new WorkerConversation(peer.worker, sourceOf(Stream.generate(() -> piece(1))));
        assertThat(conversation.readNBytes(10)).asString().isEqualTo("the reason");
        assertThatThrownBy(() -> conversation.readFully(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
    }

    @Test
    void theEndIsAnEndOfFile() throws IOException {
        peer.write((byte) 0, (byte) 0);
        peer.leave();
        WorkerConversation conversation = new WorkerConversation(peer.worker, Optional::empty);
        assertThatThrownBy(() -> new DataInputStream(conversation).readInt()).isInstanceOf(EOFException.class);
        assertThat(conversation.read()).isNegative();
        assertThatThrownBy(() -> conversation.readFully(ByteBuffer.allocate(1)))
                .isInstanceOf(EOFException.class)
                .hasMessage("the Python worker has closed its connection");
    }

    @Test
    void aFailureOfWhatIsSentIsThrownAsItIs() {
        WorkerConversation conversation = new WorkerConversation(peer.worker, () -> {
            throw new IllegalStateException("the scan failed");
        });
        assertThatThrownBy(conversation::read)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the scan failed");
    }

    @Test
    void anInterruptionEndsTheWait() {
        WorkerConversation conversation = new WorkerConversation(peer.worker, Optional::empty);
        Thread.currentThread().interrupt();
        assertThatThrownBy(conversation::read).isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatIsUnderWayIsFreedAtTheEnd() throws IOException {
        try (BufferAllocator allocator = new RootAllocator()) {
            Sample words = new Sample(
                            org.apache.spark.sql.types.DataTypes.StringType,
                            List.<Object>of(Sample.text("x".repeat(PIECE))))
                    .times(100);
            BatchSource source = BatchSource.ofRows(
                    scala.jdk.javaapi.CollectionConverters.asScala(words.rows().iterator()),
                    1,
                    null,
                    new BatchLayout(words.schema(), "UTC", false, 1000, Long.MAX_VALUE),
                    allocator);
            peer.write((byte) 1);
            WorkerConversation conversation = new WorkerConversation(
                    peer.worker,
                    () -> source.next().map(batch -> {
                        try (batch) {
                            return Outgoing.batch(new Compression("none", 3).columns(batch.columns(), batch.rows()));
                        }
                    }));
            assertThat(conversation.read()).isEqualTo(1);
            assertThat(allocator.getAllocatedMemory()).isPositive();
            conversation.close();
            assertThat(allocator.getAllocatedMemory()).isZero();
            conversation.close();
        }
    }

    private static Outgoing piece(int value) {
        byte[] bytes = new byte[PIECE];
        Arrays.fill(bytes, (byte) value);
        return Outgoing.bytes(bytes);
    }

    private static WorkerConversation.Source sourceOf(Stream<Outgoing> pieces) {
        Iterator<Outgoing> each = pieces.iterator();
        return () -> each.hasNext() ? Optional.of(each.next()) : Optional.empty();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> inBackground(Work work) {
        return CompletableFuture.runAsync(() -> {
            try {
                work.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
