package io.pyjob.driver.scheduler;

import io.pyjob.executor.python.SidecarPool;
import io.pyjob.executor.python.SidecarSparkEnv;
import org.apache.spark.SparkEnv;
import org.apache.spark.memory.MemoryManager;
import org.apache.spark.shuffle.ShuffleManager;

/**
 * The driver's SparkEnv, for the few Python workers that the driver itself needs: UDTFs with analyze, Python data sources.
 *
 * <p>SparkContext keeps the env that it made, and stops that one; it fills in the shuffle and memory managers there. So
 * this one asks that one, and only the Python workers differ. Whoever makes it closes the pool.
 */
final class DriverSparkEnv extends SidecarSparkEnv {
    private final SparkEnv made;

    DriverSparkEnv(SparkEnv made, SidecarPool pool) {
        super(made, pool);
        this.made = made;
        // SparkFiles asks the current env for it, and takes the working directory if there is none.
        driverTmpDir_$eq(made.driverTmpDir());
    }

    @Override
    public ShuffleManager shuffleManager() {
        return made.shuffleManager();
    }

    @Override
    public boolean isShuffleManagerInitialized() {
        return made.isShuffleManagerInitialized();
    }

    @Override
    public boolean waitForShuffleManagerInit(long timeoutMillis) {
        return made.waitForShuffleManagerInit(timeoutMillis);
    }

    @Override
    public MemoryManager memoryManager() {
        return made.memoryManager();
    }

    @Override
    public boolean isStopped() {
        return made.isStopped();
    }
}
