package io.pyjob.executor.sql;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.python.BasePythonRunner;
import org.apache.spark.api.python.ChainedPythonFunctions;
import org.apache.spark.api.python.PythonEvalType;
import org.apache.spark.api.python.PythonWorker;
import org.apache.spark.api.python.SpecialLengths;
import org.apache.spark.sql.execution.python.PythonUDFRunner;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Spark's runner of Python functions, with another way of its data.
 *
 * <p>All that is said to the worker before and after the data is Spark's: the task, broadcasts, functions, exceptions,
 * timing, accumulators, and who takes the worker back. Batches go and come by a {@link WorkerConversation}. The columns
 * of a batch that {@link #compute} gives are {@link ArrowColumn}s, and belong to who takes it.
 */
final class ArrowRunner extends BasePythonRunner<Object, ColumnarBatch> {
    private final FunctionCall call;
    private final Input input;
    private final BufferAllocator allocator;
    private final SQLConf settings = SQLConf.get();
    private final java.util.Map<String, String> environment;

    /** Where the batches come from. */
    interface Input {
        /** What is sent before the first. */
        Outgoing beginning();

        /** Whether the next is there, or the end. */
        boolean ready();

        /** That is called, on whatever thread, when it has become so. */
        void whenReady(Runnable call);

        /** The next, to be sent; empty at the end. */
        Optional<Outgoing> next();

        /** What is sent after the last. */
        Outgoing end();
    }

    ArrowRunner(FunctionCall call, Input input, BufferAllocator allocator) {
        super(chains(call), call.evalType(), call.offsets(), call.artifacts(), call.accumulators());
        this.call = call;
        this.input = input;
        this.allocator = allocator;
        environment = new HashMap<>(funcs().head().funcs().head().envVars());
        if (call.session().isDefined()) {
            environment.put("PYSPARK_SPARK_SESSION_UUID", call.session().get());
        }
    }

    private static Seq<ChainedPythonFunctions> chains(FunctionCall call) {
        return CollectionConverters.asScala(CollectionConverters.asJava(call.functions()).stream()
                        .map(Tuple2::_1)
                        .toList())
                .toSeq();
    }

    /** Has the partition's input evaluated. */
    Iterator<ColumnarBatch> compute(TaskContext context) {
        return compute(scala.collection.Iterator$.MODULE$.empty(), context.partitionId(), context);
    }

    /** What a batch that came from here is made of; to be closed by whoever took it. */
    static List<FieldVector> vectors(ColumnarBatch batch) {
        return IntStream.range(0, batch.numCols())
                .mapToObj(i -> ((ArrowColumn) batch.column(i)).vector())
                .toList();
    }

    // As in Spark's runners of Arrow: the session's settings, where the base has those of the SparkContext.

    @Override
    public java.util.Map<String, String> envVars() {
        return environment;
    }

    @Override
    public String pythonExec() {
        return settings.pysparkWorkerPythonExecutable().getOrElse(super::pythonExec);
    }

    @Override
    public boolean faultHandlerEnabled() {
        return settings.pythonUDFWorkerFaulthandlerEnabled();
    }

    @Override
    public long idleTimeoutSeconds() {
        return settings.pythonUDFWorkerIdleTimeoutSeconds();
    }

    @Override
    public boolean killOnIdleTimeout() {
        return settings.pythonUDFWorkerKillOnIdleTimeout();
    }

    @Override
    public long tracebackDumpIntervalSeconds() {
        return settings.pythonUDFWorkerTracebackDumpIntervalSeconds();
    }

    @Override
    public boolean killWorkerOnFlushFailure() {
        return settings.pythonUDFDaemonKillWorkerOnFlushFailure();
    }

    @Override
    public boolean hideTraceback() {
        return settings.pysparkHideTraceback();
    }

    @Override
    public boolean simplifiedTraceback() {
        return settings.pysparkSimplifiedTraceback();
    }

    @Override
    public int bufferSize() {
        return settings.pandasUDFBufferSize();
    }

    @Override
    public Map<String, String> runnerConf() {
        return call.conf();
    }

    @Override
    public Map<String, String> evalConf() {
        return evalType() == PythonEvalType.SQL_ARROW_BATCHED_UDF()
                ? new Map.Map1<>("input_type", call.input().json())
                : super.evalConf();
    }

    private void writeFunctions(DataOutputStream out) {
        if (call.named()) {
            PythonUDFRunner.writeUDFs(out, call.functions(), call.uses());
        } else {
            PythonUDFRunner.writeUDFs(out, call.functions(), call.offsets());
        }
    }

    @Override
    public BasePythonRunner<Object, ColumnarBatch>.Writer newWriter(
            SparkEnv env, PythonWorker worker, Iterator<Object> none, int partition, TaskContext context) {
        return new Opening(env, worker, none, partition, context);
    }

    @Override
    public Iterator<ColumnarBatch> newReaderIterator(
            DataInputStream unused,
            BasePythonRunner<Object, ColumnarBatch>.Writer writer,
            long startTime,
            SparkEnv env,
            PythonWorker worker,
            Option<Object> pid,
            AtomicBoolean releasedOrClosed,
            TaskContext context) {
        input.whenReady(() -> worker.selector().wakeup());
        WorkerConversation conversation = new WorkerConversation(worker, new Said((Opening) writer));
        TaskCompletionListener atEnd = finished -> conversation.close();
        context.addTaskCompletionListener(atEnd);
        DataInputStream control = new DataInputStream(conversation);
        return new Results(
                conversation, control, (Opening) writer, startTime, env, worker, pid, releasedOrClosed, context);
    }

    /** What is said before the data. Spark would write it to a stream of its own, which nobody reads here. */
    private final class Opening extends BasePythonRunner<Object, ColumnarBatch>.Writer {
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();

        Opening(SparkEnv env, PythonWorker worker, Iterator<Object> none, int partition, TaskContext context) {
            ArrowRunner.this.super(env, worker, none, partition, context);
        }

        @Override
        public void open(DataOutputStream unused) {
            super.open(new DataOutputStream(said));
        }

        @Override
        public void writeCommand(DataOutputStream out) {
            writeFunctions(out);
        }

        @Override
        public boolean writeNextInputToStream(DataOutputStream out) {
            return false;
        }
    }

    /** All that is sent, in order. */
    private final class Said implements WorkerConversation.Source {
        private static final int BATCHES = 2;
        private final Opening opening;
        private int step;

        Said(Opening opening) {
            this.opening = opening;
        }

        @Override
        public boolean ready() {
            return step != BATCHES || input.ready();
        }

        @Override
        public Optional<Outgoing> next() {
            return switch (step) {
                case 0 -> {
                    step++;
                    yield Optional.of(Outgoing.bytes(opening.said.toByteArray()));
                }
                case 1 -> {
                    step++;
                    yield Optional.of(input.beginning());
                }
                case BATCHES -> {
                    Optional<Outgoing> batch = input.next();
                    if (batch.isPresent()) {
                        call.metrics().apply("pythonDataSent").add(batch.get().size());
                        yield batch;
                    }
                    step++;
                    yield Optional.of(input.end());
                }
                default -> Optional.empty();
            };
        }
    }

    private final class Results extends BasePythonRunner<Object, ColumnarBatch>.ReaderIterator {
        private final WorkerConversation conversation;
        private final DataInputStream control;
        private final Opening writer;
        private @Nullable ResultStream stream;

        Results(
                WorkerConversation conversation,
                DataInputStream control,
                Opening writer,
                long startTime,
                SparkEnv env,
                PythonWorker worker,
                Option<Object> pid,
                AtomicBoolean releasedOrClosed,
                TaskContext context) {
            ArrowRunner.this.super(control, writer, startTime, env, worker, pid, releasedOrClosed, context);
            this.conversation = conversation;
            this.control = control;
            this.writer = writer;
        }

        /** Null at the end, as Spark has it. */
        @Override
        public @Nullable ColumnarBatch read() {
            if (writer.exception().isDefined()) {
                throw Rethrown.of(writer.exception().get());
            }
            try {
                return readNext();
            } catch (Throwable e) { // which of them mean that the worker has gone, Spark knows
                if (handleException().isDefinedAt(e)) {
                    return handleException().apply(e);
                }
                throw Rethrown.of(e);
            }
        }

        private @Nullable ColumnarBatch readNext() throws IOException {
            while (true) {
                if (stream != null) {
                    Optional<ColumnarBatch> batch = nextOf(stream);
                    if (batch.isPresent()) {
                        return batch.get();
                    }
                    stream = null;
                }
                int what = control.readInt();
                if (what == SpecialLengths.START_ARROW_STREAM()) {
                    stream = ResultStream.open(conversation, allocator);
                } else if (what == SpecialLengths.TIMING_DATA()) {
                    handleTimingData();
                } else if (what == SpecialLengths.PYTHON_EXCEPTION_THROWN()) {
                    throw Rethrown.of(handlePythonException());
                } else if (what == SpecialLengths.END_OF_DATA_SECTION()) {
                    handleEndOfDataSection();
                    return null;
                } else {
                    throw new IOException("the Python worker sent " + what + " where a batch or the end was expected");
                }
            }
        }

        private Optional<ColumnarBatch> nextOf(ResultStream from) throws IOException {
            long before = from.bytesRead();
            Optional<ArrowBatch> batch = from.next();
            if (batch.isEmpty()) {
                return Optional.empty();
            }
            long size = from.bytesRead() - before;
            call.metrics().apply("pythonNumRowsReceived").add(batch.get().rows());
            call.metrics().apply("pythonDataReceived").add(size);
            batchesProcessed_$eq(batchesProcessed() + 1);
            totalDataReceived_$eq(totalDataReceived() + size);
            List<ArrowColumn> columns = batch.get().columns().stream()
                    .map(each -> ArrowColumn.of(each, 0))
                    .toList();
            return Optional.of(new ColumnarBatch(
                    columns.toArray(ColumnVector[]::new), batch.get().rows()));
        }
    }
}
