package io.pyjob.executor.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.Gauge;
import io.pyjob.executor.pod.PodDirectory;
import io.pyjob.executor.pod.PythonNews;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes known of a worker that ends in the middle of a task. */
class WorkerEndTest {
    private static final String TOO_MUCH = "Python worker 100 was ended at 1.6 GiB, in explode (job.py, line 12)";

    @TempDir
    Path temp;

    private PodDirectory pod;
    private FakePool fake;
    private SidecarPool pool;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        pod = new PodDirectory(temp);
        fake = new FakePool(pod, 100);
        pool = new SidecarPool(
                pod,
                new SidecarPool.Settings(
                        Duration.ofMinutes(1),
                        Integer.MAX_VALUE,
                        Duration.ofSeconds(10),
                        Integer.MAX_VALUE,
                        "spec.executors.python.memory"));
        file = temp.resolve("100");
    }

    @AfterEach
    void stop() throws IOException {
        Thread.interrupted();
        pool.close();
        fake.close();
    }

    private SidecarWorker acquire() throws IOException {
        SidecarWorker worker =
                pool.acquire(new WorkerKey("pyspark.worker", Map.of("PYTHON_FAULTHANDLER_DIR", temp.toString()), 0));
        worker.lease();
        return worker;
    }

    private static String obituary(String cause, String message, String stack) {
        return "{\"cause\":\"%s\",\"message\":\"%s\",\"rss\":1,\"limit\":null,\"stack\":%s}"
                .formatted(cause, message, stack);
    }

    /** As Spark's reader does it. */
    private static int readToTheEnd(SidecarWorker worker) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        int read = 0;
        while (read == 0) {
            worker.selector().select(10_000);
            assertThat(worker.selectionKey().isReadable()).isTrue();
            read = worker.channel().read(buffer);
        }
        return read;
    }

    @Test
    void theReasonIsInTheFileByTheTimeThatSparkSeesTheEnd() throws IOException {
        SidecarWorker worker = acquire();
        fake.obituaries.put(100, obituary("workerMemory", TOO_MUCH, "\"File job.py, line 12 in explode\""));
        fake.endWorker(100);

        assertThat(readToTheEnd(worker)).isEqualTo(-1);

        assertThat(file).hasContent(TOO_MUCH + "\nFile job.py, line 12 in explode");
        assertThat(worker.obituary().map(Obituary::cause)).contains("workerMemory");
    }

    @Test
    void whoeverReadsWithoutASelectorIsToldByTheError() throws IOException {
        SidecarWorker worker = pool.acquireBlocking(new WorkerKey("pyspark.worker", Map.of(), 0));
        worker.lease();
        fake.obituaries.put(100, obituary("exited", "os._exit(6) in latestOffset (job.py, line 12)", "null"));
        fake.endWorker(100);

        assertThatThrownBy(() -> Channels.newInputStream(worker.channel()).read())
                .isInstanceOf(PoolException.class)
                .hasMessage("os._exit(6) in latestOffset (job.py, line 12)");
        assertThat(worker.isStopped()).isTrue();

        worker.stop();
        assertThat(fake.signals).as("it is gone, and its pid may be another's").isEmpty();
    }

    @Test
    void aReasonThatThePoolLearnsLaterIsWaitedFor() throws Exception {
        SidecarWorker worker = acquire();
        fake.endWorker(100);
        Thread later = new Thread(() -> {
            await().until(() -> fake.questions.get() > 2);
            fake.obituaries.put(100, obituary("killed", "Python worker 100 was killed (SIGKILL)", "null"));
        });
        later.start();

        readToTheEnd(worker);

        assertThat(file).hasContent("Python worker 100 was killed (SIGKILL)");
        later.join();
    }

    @Test
    void whatIsInTheFileStays() throws IOException {
        Files.writeString(file, "Fatal Python error: Segmentation fault");
        SidecarWorker worker = acquire();
        fake.obituaries.put(100, obituary("crashed", "Python worker 100 crashed (SIGSEGV)", "\"a stack\""));
        fake.endWorker(100);
        readToTheEnd(worker);
        assertThat(file).hasContent("Python worker 100 crashed (SIGSEGV)\nFatal Python error: Segmentation fault");

        Files.writeString(file, TOO_MUCH + "\nits stack");
        WorkerEnds.quote(100, Obituary.parse(obituary("workerMemory", TOO_MUCH, "null")), file);
        assertThat(file).as("written by the pool already").hasContent(TOO_MUCH + "\nits stack");
    }

    @Test
    void aWriteThatFailsTellsToo() throws IOException {
        SidecarWorker worker = acquire();
        fake.obituaries.put(100, obituary("workerMemory", TOO_MUCH, "null"));
        fake.endWorker(100);

        await().until(() -> {
            try {
                worker.channel().write(ByteBuffer.allocate(1 << 16));
                return false;
            } catch (IOException e) {
                return true;
            }
        });

        assertThat(file).hasContent(TOO_MUCH);
    }

    @Test
    void aContainerThatWasKilledAsAWholeIsToldFromItsLastNotes() throws IOException {
        SidecarWorker worker = acquire();
        Files.writeString(
                pod.poolFile(),
                "{\"v\":1,\"state\":\"serving\",\"module\":null,\"look\":{\"at\":1.5,\"usage\":3113851289,"
                        + "\"limit\":3221225472,\"workers\":[{\"pid\":99,\"rss\":1,\"function\":null},"
                        + "{\"pid\":100,\"rss\":1717986918,\"function\":\"explode (job.py, line 12)\"}]}}");
        fake.close();

        readToTheEnd(worker);

        assertThat(file)
                .hasContent(
                        "Python worker 100 ended together with the whole of the pod's python container, which used 2.9"
                                + " GiB of its limit of 3.0 GiB (spec.executors.python.memory); its largest worker, 100, had 1.6"
                                + " GiB resident in explode (job.py, line 12): raise that field, or give each task less (more"
                                + " partitions)");
    }

    @Test
    void aContainerThatWasNotFullIsToldWithAdviceToo() throws IOException {
        SidecarWorker worker = acquire();
        Files.writeString(pod.poolFile(), "{\"v\":1,\"state\":\"serving\",\"module\":null,\"look\":null}");
        fake.close();

        readToTheEnd(worker);

        assertThat(Files.readString(file)).contains("was not short of memory when it looked last", "kubectl logs");
    }

    @Test
    void aContainerWithoutNotesIsToldWithAdvice() throws IOException {
        SidecarWorker worker = acquire();
        fake.close();

        readToTheEnd(worker);

        assertThat(Files.readString(file)).contains("the whole of the pod's python container", "kubectl logs");
    }

    @Test
    void aNextPoolThatIsBusyWithItsImportsIsNamed() throws IOException {
        SidecarWorker worker = acquire();
        Files.writeString(pod.poolFile(), "{\"v\":1,\"state\":\"preloading\",\"module\":\"torch\",\"look\":null}");
        fake.busy = true;
        fake.endWorker(100);

        readToTheEnd(worker);

        assertThat(file)
                .hasContent(
                        "Python worker 100 ended with the pod's python container, whose next pool has not come up yet:"
                                + " it is importing torch");
    }

    @Test
    void theNextPoolTellsOfTheOneBefore() throws IOException {
        SidecarWorker worker = acquire();
        fake.stats = "{\"pool\":\"b\",\"starts\":2,\"before\":\"the kernel killed it at 2 GiB\"}";
        fake.endWorker(100);

        readToTheEnd(worker);

        assertThat(file).hasContent("Python worker 100 ended together with its pool: the kernel killed it at 2 GiB");
    }

    @Test
    void nobodyAsksAboutAWorkerThatThisSideEnded() throws IOException {
        SidecarWorker killed = acquire();
        killed.doom(1);
        fake.endWorker(100);
        readToTheEnd(killed);
        SidecarWorker interrupted = acquire();
        fake.endWorker(101);
        Thread.currentThread().interrupt();
        assertThat(interrupted.obituary()).isEmpty();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(fake.questions).hasValue(0);
        assertThat(file).doesNotExist();
    }

    @Test
    void aWorkersKeyIsTheRealChannels() throws IOException {
        SidecarWorker worker = acquire();

        assertThat(worker.channel()).isInstanceOf(WorkerChannel.class);
        assertThat(worker.channel().isBlocking()).isFalse();
        assertThat(worker.selectionKey().interestOps()).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        assertThat(worker.refresh()).isSameAs(worker);
        assertThat(worker.selectionKey().isValid()).isTrue();
        worker.stop();
        assertThat(worker.channel().isOpen()).isFalse();
    }

    @Test
    void whatIsNewOfTheWorkersIsTold() throws IOException {
        List<PythonNews> told = new CopyOnWriteArrayList<>();
        fake.stats = "{\"pool\":\"a\",\"starts\":1,\"ended\":{\"workerMemory\":2,\"stopped\":5},"
                + "\"preload\":{\"seconds\":1.5,\"failed\":{\"torch\":\"ImportError: no\"}},"
                + "\"last\":{\"cause\":\"workerMemory\",\"message\":\"" + TOO_MUCH + "\"}}";
        pool.watchOnceUsed(told::add, () -> {});
        acquire();
        pool.workerFailed();

        await().untilAsserted(() -> assertThat(told)
                .containsExactly(new PythonNews(
                        Map.of("workerMemory", 2L), 0, "workerMemory", TOO_MUCH, Map.of("torch", "ImportError: no"))));
    }

    private static Object value(PythonSource source, String name) {
        Gauge<?> gauge = (Gauge<?>)
                Objects.requireNonNull(source.metricRegistry().getMetrics().get(name));
        return Objects.requireNonNull(gauge.getValue());
    }

    @Test
    void theFiguresAreThoseOfThePoolAndOfThisSide() throws IOException {
        fake.stats = "{\"pool\":\"a\",\"starts\":3,\"workers\":{\"idle\":1,\"busy\":2},\"forked\":9,"
                + "\"rss\":4096,\"limit\":null,\"usage\":8192}";
        acquire();

        PoolFigures figures = pool.freshFigures();

        assertThat(figures.idle()).isEqualTo(1);
        assertThat(figures.busy()).isEqualTo(2);
        assertThat(figures.forked()).isEqualTo(9);
        assertThat(figures.restarts()).isEqualTo(2);
        assertThat(figures.tasks()).isEqualTo(1);
        assertThat(figures.acquireSeconds()).isPositive();
        assertThat(figures.usage()).hasValue(8192);
        assertThat(figures.limit()).isEmpty();
        PythonSource source = PythonSource.of(pool);
        assertThat(value(source, "workers.busy")).isEqualTo(2L);
        assertThat(value(source, "memory.limit")).isEqualTo(-1L);
        fake.close();
        assertThat(pool.freshFigures().busy()).as("what was known last").isEqualTo(2);
    }
}
