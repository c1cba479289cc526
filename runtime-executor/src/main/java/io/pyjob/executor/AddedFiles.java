package io.pyjob.executor;

import io.pyjob.executor.python.SidecarSparkEnv;
import java.util.Map;
import org.apache.spark.executor.Executor;
import org.apache.spark.executor.IsolatedSessionState;
import org.jspecify.annotations.Nullable;
import scala.collection.mutable.HashMap;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Which files a job, or a session of it, has added, as Spark's executor has fetched them before a task began. Their folder
 * would not tell: it is the working directory, where functions put files of their own.
 */
record AddedFiles(Executor executor) implements SidecarSparkEnv.FilesVersion {
    @Override
    public long of(String session) {
        IsolatedSessionState state = state(session);
        return state == null ? 0 : sum(state.currentFiles()) * 31 + sum(state.currentArchives());
    }

    private @Nullable IsolatedSessionState state(String session) {
        return session.isEmpty()
                ? executor.defaultSessionState()
                : IsolatedSessionState.sessions().get(session);
    }

    /** In any order: a file that is fetched while this looks makes another sum, and so a fresh worker, at worst. */
    private static long sum(HashMap<String, Object> files) {
        long sum = 0;
        for (Map.Entry<String, Object> file : CollectionConverters.asJava(files).entrySet()) {
            sum += 31L * file.getKey().hashCode() + file.getValue().hashCode();
        }
        return sum;
    }
}
