package io.pyjob.executor;

import io.pyjob.executor.pod.ExecutorNews;
import io.pyjob.executor.pod.FirstPythonTask;
import io.pyjob.executor.pod.PythonNews;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.util.RpcUtils;
import org.jspecify.annotations.Nullable;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag;

/**
 * Tells the driver what is new of this executor's Python workers. Not by a plugin of Spark's: a script that sets
 * {@code spark.plugins} itself would switch it off. Belongs to one thread.
 */
final class DriverEar implements Consumer<PythonNews> {
    private static final RpcTimeout ANSWERS_WITHIN =
            new RpcTimeout(FiniteDuration.apply(10, TimeUnit.SECONDS), "PyJob's limit for the driver's answer");

    private final SparkEnv env;
    private @Nullable RpcEndpointRef driver;

    DriverEar(SparkEnv env) {
        this.env = env;
    }

    /**
     * Tells that a task has its Python worker, on a thread of its own: the task does not wait for it, and nobody misses it.
     */
    static void tellFirstTask(SparkEnv env) {
        Thread thread = new Thread(
                () -> {
                    FirstPythonTask first = new FirstPythonTask(env.executorId());
                    RpcUtils.makeDriverRef(ExecutorNews.ENDPOINT, env.conf(), env.rpcEnv())
                            .send(first);
                },
                "pyjob-first-python-task");
        // The driver may be gone by now, and with it whoever wanted to know.
        thread.setUncaughtExceptionHandler((unused, failure) -> {});
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void accept(PythonNews news) {
        try {
            RpcEndpointRef to = driver;
            if (to == null) {
                to = RpcUtils.makeDriverRef(ExecutorNews.ENDPOINT, env.conf(), env.rpcEnv());
                driver = to;
            }
            to.askSync(new ExecutorNews(env.executorId(), news), ANSWERS_WITHIN, ClassTag.Boolean());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            // Spark's Scala throws checked exceptions that Java's compiler does not know of.
            throw new IllegalStateException(e);
        }
    }
}
