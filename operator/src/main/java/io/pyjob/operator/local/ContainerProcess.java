package io.pyjob.operator.local;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container as a process.
 *
 * @param id names it in the run: pod/container
 * @param argv program and arguments, nothing left to expand
 * @param env its whole environment
 * @param cwd its working directory
 * @param stdout a log file, or {@code -} for the user's own standard output
 * @param stderr a log file, or {@code -} and a log file for the user's own standard error and a copy
 * @param box the namespaces to run it in, if any
 */
record ContainerProcess(
        String id,
        List<String> argv,
        Map<String, String> env,
        String cwd,
        String stdout,
        String stderr,
        Optional<Box> box) {

    ContainerProcess {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
    }

    /**
     * Mount and PID namespaces of its own.
     *
     * @param kind what it must not see of the other kind of container: {@code jvm} hides Python, {@code python} hides Java
     * @param tmp the folder that it sees as /tmp
     * @param share the folders that it sees though others of their kind are hidden
     */
    record Box(String kind, String tmp, List<String> share) {
        Box {
            share = List.copyOf(share);
        }
    }
}
