package io.pyjob.driver.scheduler;

import io.pyjob.executor.python.SidecarPool;
import io.pyjob.executor.python.SidecarSparkEnv;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.scheduler.ExternalClusterManager;
import org.apache.spark.scheduler.SchedulerBackend;
import org.apache.spark.scheduler.TaskScheduler;
import org.apache.spark.scheduler.TaskSchedulerImpl;

/** The master {@code pyjob://namespace/name}: executors are pods that the operator starts, and that call us. */
public final class PyJobClusterManager implements ExternalClusterManager {
    private static final String MEMORY_FIELD = "spec.driver.python.memory";

    @Override
    public boolean canCreate(String masterUrl) {
        return masterUrl.startsWith("pyjob://");
    }

    @Override
    public TaskScheduler createTaskScheduler(SparkContext context, String masterUrl) {
        return new TaskSchedulerImpl(context);
    }

    @Override
    public SchedulerBackend createSchedulerBackend(SparkContext context, String masterUrl, TaskScheduler scheduler) {
        EventLogFolder.make(context);
        RunningDriver driver = RunningDriver.get();
        SparkEnv env = context.env();
        int port = env.rpcEnv().address().port();
        if (port != driver.port()) {
            // Spark takes the next port if its own is taken (spark.port.maxRetries), where no executor would find it.
            throw new IllegalStateException("the driver's port " + driver.port() + " on " + driver.address()
                    + " is taken: Spark listens at " + port + ", where no executor looks for it");
        }
        SidecarPool pool = new SidecarPool(driver.pod(), SidecarSparkEnv.settings(context.conf(), MEMORY_FIELD));
        pool.watchOnceUsed(
                news -> driver.report().pythonNews("driver", news),
                () -> SidecarSparkEnv.registerMetrics(env.metricsSystem(), pool));
        SparkEnv.set(new DriverSparkEnv(env, pool));
        return new PyJobSchedulerBackend((TaskSchedulerImpl) scheduler, context, driver.report(), pool);
    }

    @Override
    public void initialize(TaskScheduler scheduler, SchedulerBackend backend) {
        ((TaskSchedulerImpl) scheduler).initialize(backend);
    }
}
