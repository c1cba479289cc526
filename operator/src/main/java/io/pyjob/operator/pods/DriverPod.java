package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.pyjob.api.DriverSpec;
import io.pyjob.api.PodRole;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.ScriptSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The driver's pod: Spark's driver in one container, the user's script in the other. */
public final class DriverPod {
    /** Time for the script's own signal handlers, then for Spark to stop (10 s at most) once it knows of the script's end. */
    private static final long GRACE_SECONDS = 30;

    private DriverPod() {}

    public static Pod of(Attempt attempt) {
        return BatchQueue.onto(complete(attempt), attempt, true, ExecutorPod.complete(attempt, 1));
    }

    private static Pod complete(Attempt attempt) {
        PyJobSpec spec = attempt.job().getSpec();
        return PodAdditions.onto(own(attempt), spec.pods(), spec.driver().pod());
    }

    private static Pod own(Attempt attempt) {
        return new PodBuilder()
                .withMetadata(OwnedMetadata.of(attempt.job(), attempt.driverPodName(), Labels.driver(attempt)))
                .withNewSpec()
                // A script is not safe to run twice by itself.
                .withImagePullSecrets(ImagePull.secrets(attempt.settings()))
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withSecurityContext(PodSecurity.pod())
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withVolumes(Volumes.ofDriver(attempt.job()))
                .addAllToVolumes(EventLog.volumes(attempt))
                .addAllToVolumes(LogCopies.volumes(attempt))
                .withContainers(jvm(attempt), python(attempt))
                .endSpec()
                .build();
    }

    private static Container jvm(Attempt attempt) {
        DriverSpec driver = attempt.job().getSpec().driver();
        SparkProperties properties = SparkProperties.of(attempt.job());
        return new ContainerBuilder()
                .withName(PodContainers.JVM)
                .withImage(attempt.settings().runtimeImage())
                .withImagePullPolicy(ImagePull.policy(attempt.settings()))
                .withCommand(JvmCommand.of(
                        "driver",
                        driver.cores(),
                        driver.memory(),
                        properties.values().getOrDefault(SparkProperties.DRIVER_JAVA_OPTIONS, ""),
                        List.of(),
                        "io.pyjob.driver.DriverMain"))
                .withEnvFrom(UserEnv.from(attempt.job().getSpec().jvm().envFrom(), PodRole.DRIVER))
                .withEnv(ContainerEnv.ofDriverJvm(attempt))
                .withWorkingDir(Volumes.WORK)
                .withPorts(
                        new ContainerPortBuilder()
                                .withName("driver-rpc")
                                .withContainerPort(properties.driverPort())
                                .withProtocol("TCP")
                                .build(),
                        new ContainerPortBuilder()
                                .withName("block-manager")
                                .withContainerPort(properties.blockManagerPort())
                                .withProtocol("TCP")
                                .build())
                .withResources(ContainerResources.of(driver, driver.memory()))
                .withSecurityContext(PodSecurity.container())
                .withVolumeMounts(Volumes.ofDriverJvm(attempt.job()))
                .addAllToVolumeMounts(EventLog.mounts(attempt))
                .addAllToVolumeMounts(LogCopies.mountsOfJvm(attempt))
                .build();
    }

    private static Container python(Attempt attempt) {
        PyJobSpec spec = attempt.job().getSpec();
        List<String> args = new ArrayList<>(List.of("run", script(spec.script())));
        spec.args().forEach(arg -> args.add(VariableReferences.escape(arg)));
        return new ContainerBuilder()
                .withName(PodContainers.PYTHON)
                .withImage(attempt.settings().pythonImageOf(spec.python()))
                .withImagePullPolicy(ImagePull.policy(attempt.settings()))
                .withCommand("python3", "-c", VariableReferences.escape(Bootstrap.PROGRAM))
                .withArgs(args)
                .withEnvFrom(UserEnv.from(spec.python().envFrom(), PodRole.DRIVER))
                .withEnv(ContainerEnv.ofDriverPython(attempt))
                // No working directory: a relative path of the script begins at the image's own. The runner goes on to
                // PYJOB_WORK by itself.
                .withResources(ContainerResources.of(
                        spec.driver(), spec.driver().python().memory()))
                .withSecurityContext(PodSecurity.container())
                .withVolumeMounts(Volumes.ofDriverPython(attempt.job()))
                .build();
    }

    private static String script(ScriptSource script) {
        if (script.inline() != null) {
            return "$(PYJOB_CONF)/" + ConfigMapObject.SCRIPT;
        }
        if (script.configMap() != null) {
            return "$(PYJOB_SCRIPT)/" + script.configMap().key();
        }
        return VariableReferences.escape(
                Objects.requireNonNullElse(script.path(), Objects.requireNonNullElse(script.url(), "")));
    }
}
