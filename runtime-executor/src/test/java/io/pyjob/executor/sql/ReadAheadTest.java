package io.pyjob.executor.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContext$;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.internal.SQLConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadAheadTest {
    private final BufferAllocator allocator = new RootAllocator();
    private final TaskContext task = TaskContext$.MODULE$.empty();
    private final UpstreamContext upstream = new UpstreamContext(task);
    private final Semaphore arrivals = new Semaphore(0);

    @AfterEach
    void nothingIsLeft() {
        allocator.close(); // which says what is
    }

    @Test
    void batchesComeInOrderAndThenTheEnd() throws InterruptedException {
        try (ReadAhead ahead = start(2, batches(100))) {
            assertThat(all(ahead))
                    .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
            assertThat(ahead.ready()).isTrue();
            assertThat(ahead.next()).isEmpty();
        }
    }

    @Test
    void onlySoManyAreMadeBeforeTheyAreAskedFor() throws InterruptedException {
        AtomicInteger made = new AtomicInteger();
        Supplier<Optional<ArrowBatch>> source = batches(100);
        try (ReadAhead ahead = start(3, () -> {
            made.incrementAndGet();
            return source.get();
        })) {
            arrivals.acquire(3);
            while (made.get() < 4) {
                Thread.onSpinWait(); // one more is made, and waits for room
            }
            assertThat(arrivals.tryAcquire()).isFalse();
            ahead.next().orElseThrow().close();
            arrivals.acquire();
            assertThat(made).hasValueBetween(4, 5);
        }
    }

    @Test
    void aFailureComesAfterAllBatchesBeforeIt() throws InterruptedException {
        Supplier<Optional<ArrowBatch>> source = batches(2);
        AtomicInteger made = new AtomicInteger();
        try (ReadAhead ahead = start(5, () -> {
            if (made.incrementAndGet() == 3) {
                throw new IllegalStateException("the scan failed");
            }
            return source.get();
        })) {
            arrivals.acquire(3);
            ahead.next().orElseThrow().close();
            ahead.next().orElseThrow().close();
            assertThat(ahead.ready()).isTrue();
            assertThatThrownBy(ahead::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the scan failed");
        }
    }

    @Test
    void nothingIsReadAfterItIsClosed() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            AtomicBoolean closed = new AtomicBoolean();
            AtomicBoolean late = new AtomicBoolean();
            Supplier<Optional<ArrowBatch>> source = batches(1000);
            ReadAhead ahead = start(2, () -> {
                late.compareAndSet(false, closed.get());
                return source.get();
            });
            arrivals.acquire(1 + i % 2);
            ahead.close();
            closed.set(true);
            assertThat(late).isFalse();
            assertThat(allocator.getAllocatedMemory()).isZero();
            ahead.close(); // may be called again
            arrivals.drainPermits();
        }
    }

    @Test
    void whatWaitsUpstreamIsInterrupted() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        ReadAhead ahead = start(2, () -> {
            reading.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw new IllegalStateException(e);
            }
            return Optional.empty();
        });
        reading.await();
        ahead.close();
        assertThat(interrupted).isTrue();
    }

    /** As where the task was killed meanwhile. */
    @Test
    void closingWaitsThoughTheTaskIsInterrupted() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        ReadAhead ahead = start(2, () -> {
            reading.countDown();
            long end = System.nanoTime() + 200_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait(); // what does not listen
            }
            over.set(true);
            return Optional.empty();
        });
        reading.await();
        Thread.currentThread().interrupt();
        ahead.close();
        assertThat(over).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void upstreamsListenersComeAfterTheLastRead() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            TaskContext context = TaskContext$.MODULE$.empty();
            UpstreamContext watched = new UpstreamContext(context);
            AtomicBoolean open = new AtomicBoolean();
            AtomicBoolean readAfterClose = new AtomicBoolean();
            AtomicBoolean opened = new AtomicBoolean();
            Supplier<Optional<ArrowBatch>> source = batches(1000);
            ReadAhead ahead = ReadAhead.start(
                    2,
                    () -> {
                        if (opened.compareAndSet(false, true)) { // a file's reader, for instance
                            open.set(true);
                            TaskContext.get().addTaskCompletionListener(done -> {
                                open.set(false);
                                return null;
                            });
                        }
                        Optional<ArrowBatch> batch = source.get();
                        if (!open.get()) {
                            readAfterClose.set(true);
                        }
                        return batch;
                    },
                    watched,
                    arrivals::release);
            watched.stopBy(ahead::close);
            arrivals.acquire();
            context.markTaskCompleted(scala.Option.empty());
            assertThat(open).isFalse();
            assertThat(readAfterClose).isFalse();
            assertThat(allocator.getAllocatedMemory()).isZero();
            arrivals.drainPermits();
        }
    }

    @Test
    void aListenerThatComesTooLateIsCalledOnTheThreadItself() throws InterruptedException {
        AtomicBoolean called = new AtomicBoolean();
        task.markTaskCompleted(scala.Option.empty());
        ReadAhead ahead = start(2, () -> {
            TaskContext.get().addTaskCompletionListener(done -> {
                called.set(true);
                return null;
            });
            return Optional.empty();
        });
        upstream.stopBy(ahead::close);
        arrivals.acquire();
        ahead.close();
        assertThat(called).isTrue();
    }

    @Test
    void resourcesOfUpstreamAreClosedAfterTheLastRead() {
        List<String> order = new ArrayList<>();
        upstream.stopBy(() -> order.add("stopped"));
        java.io.Closeable made = upstream.createResourceUninterruptibly(new scala.runtime.AbstractFunction0<>() {
            @Override
            public java.io.Closeable apply() {
                return () -> order.add("closed");
            }
        });
        assertThat(made).isNotNull();
        task.markTaskCompleted(scala.Option.empty());
        assertThat(order).containsExactly("stopped", "closed");
    }

    /** So that a filter that lets little through does not go on to the end of its file. */
    @Test
    void upstreamIsToldThatTheTaskIsOver() {
        upstream.killTaskIfInterrupted();
        upstream.stop();
        assertThatThrownBy(upstream::killTaskIfInterrupted).isInstanceOf(TaskKilledException.class);
        task.killTaskIfInterrupted(); // what is downstream may go on
    }

    @Test
    void theSettingIsANumber() {
        SQLConf conf = new SQLConf();
        assertThat(ReadAhead.allowedBy(conf)).isEqualTo(2);
        conf.setConfString("spark.pyjob.arrow.batchesAhead", "0");
        assertThat(ReadAhead.allowedBy(conf)).isZero();
        conf.setConfString("spark.pyjob.arrow.batchesAhead", "some");
        assertThatThrownBy(() -> ReadAhead.allowedBy(conf))
                .hasMessage("spark.pyjob.arrow.batchesAhead is some: it has to be a number of batches, or 0 for none");
    }

    private ReadAhead start(int limit, Supplier<Optional<ArrowBatch>> source) {
        return ReadAhead.start(limit, source, upstream, arrivals::release);
    }

    private List<Integer> all(ReadAhead ahead) throws InterruptedException {
        List<Integer> values = new ArrayList<>();
        while (true) {
            arrivals.acquire();
            assertThat(ahead.ready()).isTrue();
            Optional<ArrowBatch> batch = ahead.next();
            if (batch.isEmpty()) {
                return values;
            }
            try (ArrowBatch one = batch.get()) {
                values.add(((IntVector) one.columns().get(0)).get(0));
            }
        }
    }

    private Supplier<Optional<ArrowBatch>> batches(int count) {
        Iterator<Integer> numbers = IntStream.range(0, count).iterator();
        return () -> numbers.hasNext() ? Optional.of(batch(numbers.next())) : Optional.empty();
    }

    private ArrowBatch batch(int number) {
        IntVector vector = new IntVector("v", allocator);
        vector.allocateNew(1);
        vector.set(0, number);
        vector.setValueCount(1);
        return new ArrowBatch(List.<FieldVector>of(vector), 1);
    }
}
