package io.pyjob.driver.script;

import java.util.Map;
import java.util.Optional;

/**
 * Which of Spark's settings are not a script's to choose, and who decides them.
 *
 * <p>A manifest's {@code conf} may not have most of these either; there it is a fault, here the script runs on and is told.
 * A test of the module e2e sees to it that what is refused there is decided here.
 */
public final class Decisions {
    static final String MASTER = "spark.master";

    private static final String MANIFEST = " of the manifest decides";
    private static final String ADDRESS = "PyJob sets it, the driver's address is its pod's";
    private static final String EXECUTOR_MEMORY =
            "spec.executors.memory" + MANIFEST + ", of which the heap and the overhead are parts";
    private static final String DRIVER_MEMORY =
            "spec.driver.memory" + MANIFEST + ", of which the heap and the overhead are parts";
    private static final String BOUNDS = "spec.executors.min and spec.executors.max of the manifest decide";
    private static final String INSTANCES = "spec.executors.instances" + MANIFEST;
    private static final String PYTHON = "the Python of spec.python.image runs the script and the workers";
    private static final String POOL = "PyJob's pool starts the Python workers";
    private static final String STARTED = "the JVM has started by then; write it into spec.conf of the manifest";
    private static final String CLASS_PATH =
            "the JVM has started by then; spark.jars and spark.jars.packages add to it";

    private static final Map<String, String> BY_KEY = Map.ofEntries(
            Map.entry(MASTER, "the job runs on the executors of its manifest (spec.executors)"),
            Map.entry("spark.submit.deployMode", "PyJob sets it, the script always runs in the driver's pod"),
            Map.entry("spark.app.id", "PyJob sets it, from the job's identity; spark.app.name is yours"),
            Map.entry("spark.driver.host", ADDRESS),
            Map.entry("spark.driver.bindAddress", ADDRESS),
            Map.entry("spark.driver.port", "executors know it before the script runs; write it into spec.conf"),
            Map.entry(
                    "spark.driver.blockManager.port",
                    "executors know it before the script runs; write it into spec.conf"),
            Map.entry("spark.driver.cores", "spec.driver.cores" + MANIFEST),
            Map.entry("spark.driver.memory", DRIVER_MEMORY),
            Map.entry("spark.driver.memoryOverhead", DRIVER_MEMORY),
            Map.entry("spark.driver.memoryOverheadFactor", DRIVER_MEMORY),
            Map.entry("spark.driver.minMemoryOverhead", DRIVER_MEMORY),
            Map.entry("spark.executor.instances", INSTANCES),
            Map.entry("spark.executor.cores", "spec.executors.cores" + MANIFEST),
            Map.entry("spark.cores.max", "spec.executors.instances and spec.executors.cores of the manifest decide"),
            Map.entry("spark.executor.memory", EXECUTOR_MEMORY),
            Map.entry("spark.executor.memoryOverhead", EXECUTOR_MEMORY),
            Map.entry("spark.executor.memoryOverheadFactor", EXECUTOR_MEMORY),
            Map.entry("spark.executor.minMemoryOverhead", EXECUTOR_MEMORY),
            Map.entry(
                    "spark.executor.pyspark.memory",
                    "spec.executors.python.memory and workerMemory beside it, of the manifest, decide"),
            Map.entry("spark.dynamicAllocation.enabled", BOUNDS),
            Map.entry("spark.dynamicAllocation.minExecutors", "spec.executors.min" + MANIFEST),
            Map.entry("spark.dynamicAllocation.maxExecutors", "spec.executors.max" + MANIFEST),
            Map.entry("spark.dynamicAllocation.initialExecutors", INSTANCES),
            Map.entry("spark.shuffle.service.enabled", "there is no external shuffle service beside the executors"),
            Map.entry("spark.pyspark.python", PYTHON),
            Map.entry("spark.pyspark.driver.python", PYTHON),
            Map.entry("spark.python.use.daemon", POOL),
            Map.entry("spark.python.daemon.module", POOL),
            Map.entry("spark.driver.extraJavaOptions", STARTED),
            Map.entry("spark.driver.extraLibraryPath", STARTED),
            Map.entry("spark.driver.extraClassPath", CLASS_PATH),
            Map.entry("spark.executor.extraJavaOptions", STARTED),
            Map.entry("spark.executor.extraLibraryPath", STARTED),
            Map.entry("spark.executor.extraClassPath", CLASS_PATH));

    private static final Map<String, String> BY_PREFIX = Map.of(
            "spark.authenticate", "PyJob sets it, Spark's processes always authenticate each other",
            "spark.network.crypto", "PyJob sets it, Spark's connections are always encrypted",
            "spark.executor.resource.", "spec.executors.gpu" + MANIFEST,
            "spark.pyjob.python.", "PyJob sets it, from spec.executors.python of the manifest");

    private Decisions() {}

    /** Who decides {@code key}, or why a script cannot; empty if it is the script's to choose. */
    public static Optional<String> of(String key) {
        String decision = BY_KEY.get(key);
        if (decision != null) {
            return Optional.of(decision);
        }
        return BY_PREFIX.entrySet().stream()
                .filter(prefix -> key.startsWith(prefix.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
