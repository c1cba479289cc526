package io.pyjob.executor.python;

import java.util.Map;

/**
 * All that decides whether a worker that served one task may serve another.
 *
 * @param module what it runs
 * @param env its environment
 * @param files changes with the files and modules that the job has added: what a worker has imported, it has for good
 */
record WorkerKey(String module, Map<String, String> env, long files) {
    WorkerKey {
        env = Map.copyOf(env);
    }
}
