package io.pyjob.driver.scheduler;

import io.pyjob.executor.python.SidecarPool;
import io.pyjob.executor.python.SidecarSparkEnv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.apache.spark.memory.MemoryManager;
import org.apache.spark.shuffle.ShuffleManager;
import scala.Option;

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
        setFilesVersion(session -> changed(made.driverTmpDir(), session));
    }

    /** On the driver, only Spark writes into the folder of added files. */
    private static long changed(Option<String> folder, String session) {
        if (folder.isEmpty()) {
            return 0;
        }
        try {
            return Files.getLastModifiedTime(Path.of(folder.get(), session)).to(TimeUnit.NANOSECONDS);
        } catch (IOException e) {
            return 0; // no file has been added
        }
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
