package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.pyjob.api.ExecutorPython;
import io.pyjob.api.ExecutorsSpec;
import io.pyjob.api.MemoryLimit;
import io.pyjob.api.PodRole;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An executor's pod: a Spark executor in one container, a pool of Python workers in the other.
 *
 * <p>The JVM decides the pod's life: it is never restarted, since Spark knows it by an id that must not come back. The
 * Python container is restarted whenever it ends, because running out of memory there must cost a task and not the
 * executor. So Python is a native sidecar (an init container with restartPolicy Always; Kubernetes 1.29). The other way, two
 * plain containers with restartPolicy OnFailure, starts the JVM up to a second sooner, but then the kubelet restarts a
 * failed JVM too and overwrites how it ended, and a Python that never ends keeps the pod up for ever.
 */
public final class ExecutorPod {
    /**
     * Time for an executor that has to go (a drained node, a deleted pod) to work off its tasks and to hand its shuffle files
     * and cached blocks to others. One whose driver is gone takes none of it.
     */
    private static final long GRACE_SECONDS = 120;

    /** The port's name. */
    static final String METRICS = "metrics";

    private ExecutorPod() {}

    public static Pod of(Attempt attempt, int executorId) {
        Pod pod = complete(attempt, executorId);
        return BatchQueue.onto(pod, attempt, false, pod);
    }

    /** All but what a queue wants to read on it. */
    static Pod complete(Attempt attempt, int executorId) {
        PyJobSpec spec = attempt.job().getSpec();
        return PodAdditions.onto(
                own(attempt, executorId), spec.pods(), spec.executors().pod());
    }

    private static Pod own(Attempt attempt, int executorId) {
        return new PodBuilder()
                .withMetadata(OwnedMetadata.of(
                        attempt.job(), attempt.executorPodName(executorId), Labels.executor(attempt, executorId)))
                .editMetadata()
                .addToAnnotations(annotations(attempt.settings()))
                .endMetadata()
                .withNewSpec()
                .withImagePullSecrets(ImagePull.secrets(attempt.settings()))
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withSecurityContext(PodSecurity.pod())
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withVolumes(Volumes.ofExecutor(attempt.job()))
                .addAllToVolumes(LogCopies.volumes(attempt))
                .withInitContainers(python(attempt, executorId))
                .withContainers(jvm(attempt, executorId))
                .endSpec()
                .build();
    }

    private static Container jvm(Attempt attempt, int executorId) {
        ExecutorsSpec executors = attempt.job().getSpec().executors();
        SparkProperties properties = SparkProperties.of(attempt.job());
        return new ContainerBuilder()
                .withName(PodContainers.JVM)
                .withImage(attempt.settings().runtimeImage())
                .withImagePullPolicy(ImagePull.policy(attempt.settings()))
                .withCommand(JvmCommand.of(
                        "executor",
                        executors.cores(),
                        executors.memory(),
                        properties.values().getOrDefault(SparkProperties.EXECUTOR_JAVA_OPTIONS, ""),
                        properties.executorOptions(),
                        "io.pyjob.executor.ExecutorMain"))
                .withEnvFrom(UserEnv.from(attempt.job().getSpec().jvm().envFrom(), PodRole.EXECUTORS))
                .withEnv(ContainerEnv.ofExecutorJvm(attempt, executorId))
                .withPorts(ports(attempt.settings()))
                .withWorkingDir(Volumes.WORK)
                .withResources(ContainerResources.of(executors, executors.memory()))
                .withSecurityContext(PodSecurity.container())
                .withVolumeMounts(Volumes.ofExecutorJvm(attempt.job()))
                .addAllToVolumeMounts(LogCopies.mountsOfJvm(attempt))
                .build();
    }

    private static List<ContainerPort> ports(PodSettings settings) {
        return settings.hasExecutorMetrics()
                ? List.of(new ContainerPortBuilder()
                        .withName(METRICS)
                        .withContainerPort(settings.executorMetricsPort())
                        .withProtocol("TCP")
                        .build())
                : List.of();
    }

    /** For a Prometheus that looks for pods by these; others go by the port's name. */
    private static Map<String, String> annotations(PodSettings settings) {
        return settings.hasExecutorMetrics()
                ? Map.of(
                        "prometheus.io/scrape", "true",
                        "prometheus.io/port", Integer.toString(settings.executorMetricsPort()),
                        "prometheus.io/path", "/metrics")
                : Map.of();
    }

    private static Container python(Attempt attempt, int executorId) {
        PyJobSpec spec = attempt.job().getSpec();
        ExecutorsSpec executors = spec.executors();
        return new ContainerBuilder()
                .withName(PodContainers.PYTHON)
                .withImage(attempt.settings().pythonImageOf(spec.python()))
                .withImagePullPolicy(ImagePull.policy(attempt.settings()))
                .withRestartPolicy("Always")
                .withCommand("python3", "-c", VariableReferences.escape(Bootstrap.PROGRAM))
                .withArgs(pool(attempt.job()))
                .withEnvFrom(UserEnv.from(spec.python().envFrom(), PodRole.EXECUTORS))
                .withEnv(ContainerEnv.ofExecutorPython(attempt, executorId))
                .withWorkingDir(Volumes.WORK)
                .withResources(ContainerResources.ofPython(executors))
                .withSecurityContext(PodSecurity.container())
                .withVolumeMounts(Volumes.ofExecutorPython(attempt.job()))
                .build();
    }

    /** As many workers as tasks can run at once are held ready, and are the most that ever work. */
    private static List<String> pool(PyJob job) {
        ExecutorPython python = job.getSpec().executors().python();
        String slots = Integer.toString(SparkProperties.of(job).taskSlots());
        List<String> args = new ArrayList<>(List.of("pool", "--spare", slots, "--slots", slots));
        args.addAll(List.of("--memory", bytes(python.memory())));
        if (python.workerMemory() != null) {
            args.addAll(List.of("--worker-memory", bytes(python.workerMemory())));
        }
        args.addAll(List.of("--preload", VariableReferences.escape(String.join(",", python.preload()))));
        return args;
    }

    private static String bytes(Quantity memory) {
        return Long.toString(MemoryLimit.of(memory).bytes());
    }
}
