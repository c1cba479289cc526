package io.pyjob.executor.python;

import java.util.Map;

/** All that decides whether a worker that served one task may serve another. */
record WorkerKey(String module, Map<String, String> env) {
    WorkerKey {
        env = Map.copyOf(env);
    }
}
