package io.pyjob.executor.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pyjob.executor.pod.PodDirectory;
import io.pyjob.executor.python.FakePool.Manner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SidecarPoolTest {
    private static final String MODULE = "pyspark.worker";
    private static final Map<String, String> ENV = Map.of("SPARK_REUSE_WORKER", "1");
    private static final WorkerKey KIND = new WorkerKey(MODULE, ENV, 0);

    @TempDir
    Path temp;

    private PodDirectory pod;
    private FakePool fake;
    private SidecarPool pool;

    @BeforeEach
    void start() throws IOException {
        pod = new PodDirectory(temp);
        fake = new FakePool(pod, 100);
        pool = pool(Duration.ofMinutes(1), Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() throws IOException {
        Thread.interrupted();
        pool.close();
        fake.close();
    }

    private SidecarPool pool(Duration idle, Duration connect) {
        return new SidecarPool(
                pod, new SidecarPool.Settings(idle, Integer.MAX_VALUE, connect, Integer.MAX_VALUE, "spec.x.memory"));
    }

    private SidecarWorker acquire() throws IOException {
        SidecarWorker worker = pool.acquire(KIND);
        worker.lease();
        return worker;
    }

    @Test
    void aConnectionIsAWorker() throws IOException {
        SidecarWorker worker = acquire();

        assertThat(worker.pid()).isEqualTo(100);
        assertThat(worker.channel().isBlocking()).isFalse();
        assertThat(worker.selectionKey().isValid()).isTrue();
        worker.channel().write(ByteBuffer.wrap(new byte[] {7}));
        ByteBuffer echo = ByteBuffer.allocate(1);
        await().until(() -> worker.channel().read(echo) == 1);
        assertThat(echo.get(0)).isEqualTo((byte) 7);
        assertThat(fake.requests)
                .containsExactly("{\"v\":1,\"module\":\"pyspark.worker\",\"env\":{\"SPARK_REUSE_WORKER\":\"1\"}}");
    }

    /** As a streaming query uses it, in the driver. */
    @Test
    void aBlockingWorkerIsReadWithoutASelectorAndStopped() throws IOException {
        SidecarWorker worker = pool.acquireBlocking(KIND);
        worker.lease();

        assertThat(worker.channel().isBlocking()).isTrue();
        Channels.newOutputStream(worker.channel()).write(7);
        assertThat(Channels.newInputStream(worker.channel()).read()).isEqualTo(7);
        assertThat(worker.isStopped()).isFalse();

        worker.stop();

        assertThat(worker.isStopped()).isTrue();
        await().untilAsserted(() -> assertThat(fake.signals).containsExactly("{\"v\":1,\"op\":\"stop\",\"pid\":100}"));
    }

    @Test
    void aBlockingWorkerIsNeverAnIdleOne() throws IOException {
        SidecarWorker idle = acquire();
        pool.release(idle);

        assertThat(pool.acquireBlocking(KIND)).isNotSameAs(idle);
    }

    @Test
    void aReleasedWorkerServesTheNextTaskOfItsKind() throws IOException {
        SidecarWorker first = acquire();
        pool.release(first);

        assertThat(pool.acquire(new WorkerKey(MODULE, Map.of("OTHER", "env"), 0)))
                .isNotSameAs(first);
        assertThat(pool.acquire(new WorkerKey("other.module", ENV, 0))).isNotSameAs(first);
        assertThat(acquire()).isSameAs(first);
        assertThat(acquire()).isNotSameAs(first);
    }

    @Test
    void anIdleWorkerThatHasEndedIsNotReused() throws IOException {
        SidecarWorker first = acquire();
        pool.release(first);
        fake.endWorker(first.pid());

        SidecarWorker second = acquire();

        assertThat(second).isNotSameAs(first);
        assertThat(fake.signals).as("it is gone, and its pid may be another's").isEmpty();
    }

    @Test
    void anIdleWorkerThatSaysSomethingIsNotReused() throws IOException {
        SidecarWorker first = acquire();
        pool.release(first);
        fake.worker(first.pid()).write(ByteBuffer.wrap(new byte[] {1}));

        assertThat(acquire()).isNotSameAs(first);
        await().untilAsserted(() ->
                assertThat(fake.signals).containsExactly("{\"v\":1,\"op\":\"stop\",\"pid\":" + first.pid() + "}"));
    }

    @Test
    void idleWorkersGoAfterAWhile() throws IOException {
        pool.close();
        pool = pool(Duration.ofMillis(50), Duration.ofSeconds(10));
        SidecarWorker worker = acquire();
        pool.release(worker);

        await().until(() -> !worker.channel().isOpen());
    }

    @Test
    void closingLetsIdleWorkersGo() throws IOException {
        SidecarWorker idle = acquire();
        SidecarWorker busy = acquire();
        pool.release(idle);

        pool.close();

        assertThat(idle.channel().isOpen()).isFalse();
        pool.release(busy);
        assertThat(busy.channel().isOpen()).as("released after the end").isFalse();
    }

    @Test
    void theWorkerOfAKilledTaskIsToldToEndAndNotReused() throws IOException {
        SidecarWorker worker = pool.acquire(KIND);
        long lease = worker.lease();

        worker.doom(lease);

        await().untilAsserted(() -> assertThat(fake.signals).containsExactly("{\"v\":1,\"op\":\"stop\",\"pid\":100}"));
        pool.release(worker);
        assertThat(worker.channel().isOpen()).isFalse();
    }

    @Test
    void aWorkerThatServesAnotherTaskByNowIsSpared() throws IOException {
        SidecarWorker worker = pool.acquire(KIND);
        long killed = worker.lease();
        pool.release(worker);
        worker.doom(killed);
        assertThat(acquire()).isSameAs(worker);
        worker.doom(killed);

        worker.channel().write(ByteBuffer.wrap(new byte[] {7}));
        await().until(() -> worker.channel().read(ByteBuffer.allocate(1)) == 1);
        assertThat(fake.signals).isEmpty();
    }

    @Test
    void aStoppedWorkerIsToldToEndEvenByAnInterruptedThread() throws IOException {
        SidecarWorker worker = acquire();
        Thread.currentThread().interrupt();

        worker.stop();
        worker.stop();

        assertThat(Thread.interrupted()).isTrue();
        await().untilAsserted(() -> assertThat(fake.signals).containsExactly("{\"v\":1,\"op\":\"stop\",\"pid\":100}"));
    }

    @Test
    void aWorkerOfARestartedPoolIsNotTakenForItsNamesake() throws IOException {
        SidecarWorker old = acquire();
        fake.close();
        fake = new FakePool(pod, 100);
        SidecarWorker namesake = acquire();

        assertThat(namesake.pid()).isEqualTo(old.pid());
        assertThat(old.hasGone(1)).isTrue();
        old.stop();
        old.kill();
        namesake.kill();

        await().untilAsserted(() -> assertThat(fake.signals).hasSize(1));
        assertThat(fake.signals).containsExactly("{\"v\":1,\"op\":\"kill\",\"pid\":100}");
    }

    @Test
    void aProcessIsSignalledThroughThePool() throws IOException {
        SidecarWorker worker = acquire();
        ProcessHandle process = new SidecarProcess(worker.pid(), worker.control());

        assertThat(process.pid()).isEqualTo(100);
        assertThat(process.isAlive()).isTrue();
        assertThat(process.destroy()).isTrue();
        assertThat(process.destroyForcibly()).isTrue();
        assertThat(fake.signals)
                .containsExactly(
                        "{\"v\":1,\"op\":\"alive\",\"pid\":100}",
                        "{\"v\":1,\"op\":\"term\",\"pid\":100}",
                        "{\"v\":1,\"op\":\"stop\",\"pid\":100}",
                        "{\"v\":1,\"op\":\"kill\",\"pid\":100}");
        fake.close();
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void aWorkerIsNotUsedAgainAfterFilesWereAdded() throws IOException {
        SidecarWorker first = acquire();
        pool.release(first);

        assertThat(pool.acquire(new WorkerKey(MODULE, ENV, 1))).isNotSameAs(first);
        assertThat(acquire()).as("a task of before").isSameAs(first);
    }

    @Test
    void aWorkerServesSoManyTasksAndNoMore() throws IOException {
        pool.close();
        pool = new SidecarPool(
                pod,
                new SidecarPool.Settings(
                        Duration.ofMinutes(1), Integer.MAX_VALUE, Duration.ofSeconds(10), 2, "spec.x.memory"));
        SidecarWorker first = acquire();
        pool.release(first);
        assertThat(acquire()).isSameAs(first);
        pool.release(first);

        assertThat(first.channel().isOpen()).isFalse();
        assertThat(acquire()).isNotSameAs(first);
    }

    @Test
    void aRefusalIsPassedOn() {
        fake.manner = Manner.REFUSE;

        assertThatThrownBy(this::acquire)
                .isInstanceOf(PoolException.class)
                .hasMessage("the pod's python container refused to start a Python worker: out of processes");
    }

    @Test
    void aPoolThatIsRestartingIsWaitedFor() throws Exception {
        fake.close();
        Thread restart = new Thread(() -> {
            try {
                Thread.sleep(200);
                fake = new FakePool(pod, 7);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        restart.start();

        assertThat(acquire().pid()).isEqualTo(7);
        restart.join();
    }

    @Test
    void aPoolThatDiesOverARequestIsAskedAgain() throws Exception {
        fake.manner = Manner.HANG_UP;
        Thread recover = new Thread(() -> {
            await().until(() -> !fake.requests.isEmpty());
            fake.manner = Manner.SERVE;
        });
        recover.start();

        assertThat(acquire().pid()).isEqualTo(100);
        recover.join();
    }

    @Test
    void aPoolThatIsNotThereIsGivenUpOnWithAdvice() throws IOException {
        fake.close();
        pool.close();
        pool = pool(Duration.ofMinutes(1), Duration.ofMillis(200));

        assertThatThrownBy(this::acquire)
                .isInstanceOf(PoolException.class)
                .hasMessageContaining("python container has not answered at " + pod.workerSocket() + " for 0.2 s")
                .hasMessageContaining("kubectl logs");
    }

    @Test
    void aPoolThatDoesNotAnswerIsGivenUpOn() {
        pool.close();
        pool = pool(Duration.ofMinutes(1), Duration.ofMillis(200));
        fake.manner = Manner.STAY_SILENT;

        assertThatThrownBy(this::acquire)
                .isInstanceOf(PoolException.class)
                .hasMessageContaining("gave none within 0.2 s");
    }

    @Test
    void aKilledTaskDoesNotWaitForAWorker() {
        fake.manner = Manner.STAY_SILENT;
        Thread.currentThread().interrupt();

        assertThatThrownBy(this::acquire).isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).as("the flag, by which Spark sees why").isTrue();
    }
}
