package io.pyjob.operator.pods;

import io.pyjob.api.DriverSpec;
import io.pyjob.api.ExecutorPython;
import io.pyjob.api.ExecutorsSpec;
import io.pyjob.api.GpuSpec;
import io.pyjob.api.JvmSpec;
import io.pyjob.api.MemoryLimit;
import io.pyjob.api.PyJob;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Spark's settings for a job: what the product needs, then the manifest's {@code conf}, which wins. (Keys that would break
 * the product are refused before this is asked.)
 *
 * <p>{@code spark.app.id} and the driver's own addresses are not here: they differ between attempts and pods, and the
 * driver takes them from its environment.
 */
record SparkProperties(SortedMap<String, String> values) {
    static final String DRIVER_JAVA_OPTIONS = "spark.driver.extraJavaOptions";
    static final String EXECUTOR_JAVA_OPTIONS = "spark.executor.extraJavaOptions";
    private static final String DRIVER_PORT = "spark.driver.port";
    private static final String BLOCK_MANAGER_PORT = "spark.driver.blockManager.port";
    private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";
    private static final String TASK_GPUS = "spark.task.resource.gpu.amount";
    private static final int DEFAULT_DRIVER_PORT = 7078;
    private static final int DEFAULT_BLOCK_MANAGER_PORT = 7079;

    SparkProperties {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    static SparkProperties of(PyJob job) {
        SortedMap<String, String> values = new TreeMap<>();
        application(job, values);
        network(job.getSpec().conf(), values);
        executors(job.getSpec().executors(), values);
        driver(job.getSpec().driver(), values);
        python(job.getSpec().executors().python(), values);
        storage(values);
        gpus(job.getSpec().executors().gpu(), values);
        values.putAll(job.getSpec().conf());
        java(job.getSpec().jvm(), values);
        return new SparkProperties(values);
    }

    /** The same with these settings. */
    SparkProperties with(Map<String, String> more) {
        SortedMap<String, String> all = new TreeMap<>(values);
        all.putAll(more);
        return new SparkProperties(all);
    }

    /** The text of a java.util.Properties file; the same settings always give the same text. */
    String text() {
        StringBuilder text = new StringBuilder();
        values.forEach((key, value) -> text.append(escaped(key, true))
                .append('=')
                .append(escaped(value, false))
                .append('\n'));
        return text.toString();
    }

    /**
     * What an executor must know before it has reached the driver, from which it gets the rest; the same choice as Spark's
     * SparkConf.isExecutorStartupConf, without the secrets.
     */
    List<String> executorOptions() {
        return values.entrySet().stream()
                .filter(e -> isExecutorStartup(e.getKey()))
                .map(e -> "-D" + e.getKey() + "=" + e.getValue())
                .toList();
    }

    /** Where the driver's RPC listens. */
    int driverPort() {
        return port(DRIVER_PORT, DEFAULT_DRIVER_PORT);
    }

    /** Where the driver's block manager listens. */
    int blockManagerPort() {
        return port(BLOCK_MANAGER_PORT, DEFAULT_BLOCK_MANAGER_PORT);
    }

    /** How many cores, and so threads of a numeric library, one task may use. */
    String taskCores() {
        return values.getOrDefault("spark.task.cpus", "1");
    }

    /** How many tasks an executor runs at once. What is no number stays in the properties, where Spark refuses it. */
    int taskSlots() {
        String cores = values.getOrDefault("spark.executor.cores", "1");
        int ofCores = taskCores().matches("[1-9][0-9]{0,3}")
                ? Math.max(1, Integer.parseInt(cores) / Integer.parseInt(taskCores()))
                : Integer.parseInt(cores);
        return Math.min(ofCores, gpuSlots());
    }

    /** How many tasks its GPUs let an executor run at once. */
    private int gpuSlots() {
        String gpus = values.getOrDefault(EXECUTOR_GPUS, "");
        String ofTask = values.getOrDefault(TASK_GPUS, "");
        if (gpus.isEmpty() || !ofTask.matches("[0-9]{1,4}([.][0-9]{1,16})?") || new BigDecimal(ofTask).signum() == 0) {
            return Integer.MAX_VALUE;
        }
        // Of a part of a GPU Spark gives as many to each as fit; several GPUs are one task's alone.
        BigDecimal part = new BigDecimal(ofTask);
        BigDecimal count = new BigDecimal(gpus);
        BigDecimal slots = part.compareTo(BigDecimal.ONE) < 0
                ? count.multiply(BigDecimal.ONE.divideToIntegralValue(part))
                : count.divideToIntegralValue(part);
        return Math.max(1, slots.intValue());
    }

    private static void application(PyJob job, SortedMap<String, String> values) {
        String name = job.getMetadata().getName();
        values.put("spark.master", "pyjob://" + name);
        values.put("spark.app.name", name);
        values.put("spark.submit.deployMode", "client");
        // The UI costs start time and memory, and progress is in the job's status.
        values.put(SparkUi.ENABLED, "false");
    }

    private static void network(Map<String, String> conf, SortedMap<String, String> values) {
        values.put(DRIVER_PORT, Integer.toString(DEFAULT_DRIVER_PORT));
        values.put(BLOCK_MANAGER_PORT, Integer.toString(freeOf(conf.getOrDefault(DRIVER_PORT, ""))));
        // The Service leads to these two ports: a driver that quietly took the next free one would never be found.
        values.put("spark.port.maxRetries", "0");
        values.put("spark.authenticate", "true");
        values.put("spark.network.crypto.enabled", "true");
        // Also keeps pickled data out of plain files in the shared volume: it goes through sockets instead.
        values.put("spark.io.encryption.enabled", "true");
    }

    /** The block manager's port, unless the user has given that to the driver's RPC. */
    private static int freeOf(String driverPort) {
        return driverPort.equals(Integer.toString(DEFAULT_BLOCK_MANAGER_PORT))
                ? DEFAULT_BLOCK_MANAGER_PORT + 1
                : DEFAULT_BLOCK_MANAGER_PORT;
    }

    private static void executors(ExecutorsSpec spec, SortedMap<String, String> values) {
        values.put("spark.executor.instances", Integer.toString(spec.instances()));
        values.put("spark.executor.cores", Integer.toString(spec.cores()));
        values.put("spark.executor.memory", MemoryLimit.of(spec.memory()).jvmHeapMebibytes() + "m");
        // Executors that seem to share a host (as local processes do) still share no disk.
        values.put("spark.shuffle.readHostLocalDisk", "false");
        // An executor that has to go hands its shuffle files and cached blocks over first.
        values.put("spark.decommission.enabled", "true");
        values.put("spark.storage.decommission.enabled", "true");
        values.put("spark.storage.decommission.rddBlocks.enabled", "true");
        values.put("spark.storage.decommission.shuffleBlocks.enabled", "true");
        // An executor that has handed over all it has stays until it has looked once more; by Spark's default, for 30
        // s.
        values.put("spark.storage.decommission.replicationReattemptInterval", "1s");
        ExecutorBounds.of(spec).ifPresent(bounds -> {
            values.put("spark.dynamicAllocation.enabled", "true");
            values.put("spark.dynamicAllocation.minExecutors", Integer.toString(bounds.min()));
            values.put("spark.dynamicAllocation.maxExecutors", Integer.toString(bounds.max()));
            values.put("spark.dynamicAllocation.initialExecutors", Integer.toString(bounds.initial()));
            // There is no external shuffle service: an executor whose shuffle files are in use is not idle.
            values.put("spark.dynamicAllocation.shuffleTracking.enabled", "true");
        });
    }

    private static void driver(DriverSpec spec, SortedMap<String, String> values) {
        values.put("spark.driver.memory", MemoryLimit.of(spec.memory()).jvmHeapMebibytes() + "m");
    }

    /** To what conf says: its lists go on with what the fields have. (Jars are files of the script's container, see there.) */
    private static void java(JvmSpec jvm, SortedMap<String, String> values) {
        add("spark.jars.packages", jvm.packages(), values);
        add("spark.jars.excludes", jvm.excludes(), values);
        add("spark.jars.repositories", jvm.repositories(), values);
    }

    private static void add(String key, List<String> more, SortedMap<String, String> values) {
        if (!more.isEmpty()) {
            Stream<String> before = Stream.of(values.getOrDefault(key, "").split(",", -1))
                    .map(String::strip)
                    .filter(word -> !word.isEmpty());
            values.put(key, Stream.concat(before, more.stream()).distinct().collect(Collectors.joining(",")));
        }
    }

    private static void python(ExecutorPython spec, SortedMap<String, String> values) {
        values.put("spark.pyjob.python.idleTimeout", spec.idleTimeout());
        if (spec.maxTasksPerWorker() != null) {
            values.put("spark.pyjob.python.maxTasksPerWorker", Integer.toString(spec.maxTasksPerWorker()));
        }
        // For access control (file permissions), not for speed: TCP is as fast.
        values.put("spark.python.unix.domain.socket.enabled", "true");
        // With Spark 4.2.0's default, true, a plain @udf straight on a Parquet scan hangs for ever.
        values.put("spark.sql.execution.arrow.pythonUDF.columnarInput.enabled", "false");
    }

    /** With Hadoop's own values, a wrong address of an S3 server is told after more than four minutes. */
    private static void storage(SortedMap<String, String> values) {
        values.put("spark.hadoop.fs.s3a.attempts.maximum", "3");
        values.put("spark.hadoop.fs.s3a.retry.limit", "4");
        values.put("spark.hadoop.fs.s3a.connection.establish.timeout", "5s");
    }

    /** The JVM does not see its pod's GPUs: it knows their number, and a task's Python sees those that the task was given. */
    private static void gpus(@Nullable GpuSpec gpu, SortedMap<String, String> values) {
        if (gpu == null) {
            return;
        }
        values.put(EXECUTOR_GPUS, Integer.toString(gpu.count()));
        values.put(
                TASK_GPUS,
                BigDecimal.ONE
                        .divide(BigDecimal.valueOf(gpu.tasksPerGpu()), 8, RoundingMode.DOWN)
                        .stripTrailingZeros()
                        .toPlainString());
        values.put("spark.resources.discoveryPlugin", "io.pyjob.executor.GpuAddresses");
    }

    private static boolean isExecutorStartup(String key) {
        return (key.startsWith("spark.auth") && !key.equals("spark.authenticate.secret"))
                || key.startsWith("spark.rpc")
                || key.startsWith("spark.network")
                || (key.startsWith("spark.ssl") && !key.contains("Password"))
                || (key.startsWith("spark.") && key.endsWith(".port"))
                || key.startsWith("spark.port.");
    }

    /** A port that is none stays in the properties, where Spark refuses it in its own words. */
    private int port(String key, int otherwise) {
        String text = values.getOrDefault(key, "");
        if (!text.matches("[1-9][0-9]{0,4}")) {
            return otherwise;
        }
        int port = Integer.parseInt(text);
        return port > 65535 ? otherwise : port;
    }

    /** As java.util.Properties.store does, which however writes the date as well. */
    private static String escaped(String text, boolean key) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\\' -> out.append("\\\\");
                case ' ' -> out.append(key || i == 0 ? "\\ " : " ");
                case '=', ':', '#', '!' -> out.append(key || i == 0 ? "\\" : "").append(c);
                default -> {
                    if (c < ' ' || c > '~') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }
}
