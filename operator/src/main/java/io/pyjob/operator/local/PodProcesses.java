package io.pyjob.operator.local;

import io.fabric8.kubernetes.api.model.ConfigMapKeySelector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.pyjob.operator.pods.PackageEnv;
import io.pyjob.operator.pods.PodContainers;
import io.pyjob.operator.pods.PodIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A pod's containers as processes of this machine. Pure.
 *
 * <p>The pods are those of Kubernetes. What differs is where their volumes are: so a variable whose value is the mount path
 * of a volume gets that volume's folder here, and the pods write every other path in terms of such variables.
 */
final class PodProcesses {
    private static final String TMP = "/tmp";
    private static final Set<String> OF_THE_USER = Set.of("HOME", "USER", "LOGNAME");
    private static final String WORK = "PYJOB_WORK";
    private static final String HOME = "PYJOB_HOME";
    private static final String TERMINATION_LOG = "PYJOB_TERMINATION_LOG";
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Machine machine;
    private final Pod pod;
    private final String podIp;

    /** {@code podIp} is the loopback address that stands for the pod's own. */
    PodProcesses(Machine machine, Pod pod, String podIp) {
        this.machine = machine;
        this.pod = pod;
        this.podIp = podIp;
    }

    /** Short name of the pod, for paths: d for the driver's, e2 for executor 2; in the third attempt 3d and 3e2. */
    static String shortName(Pod pod) {
        PodIdentity identity = PodIdentity.of(pod).orElseThrow();
        String attempt = identity.attempt() == 1 ? "" : Integer.toString(identity.attempt());
        return identity.executorId().isEmpty()
                ? attempt + "d"
                : attempt + "e" + identity.executorId().getAsInt();
    }

    /** The containers of {@code pod}; one that is a native sidecar is listed among the init containers. */
    static Stream<Container> containers(Pod pod) {
        return Stream.of(pod.getSpec().getInitContainers(), pod.getSpec().getContainers())
                .flatMap(List::stream);
    }

    /** All containers. */
    List<ContainerProcess> all() {
        return containers(pod).map(this::process).toList();
    }

    private ContainerProcess process(Container container) {
        boolean isJvm = container.getName().equals(PodContainers.JVM);
        boolean isScript = !isJvm && isDriver();
        Map<String, Path> mounts = mounts(container);
        Map<String, Path> users = users(container, mounts);
        Map<String, String> env = environment(container, mounts, isJvm);
        env.replaceAll((name, value) -> LocalPaths.of(value, users));
        List<String> argv = new ArrayList<>();
        Stream.of(container.getCommand(), container.getArgs())
                .flatMap(List::stream)
                .forEach(word -> argv.add(LocalPaths.of(VariableExpansion.expand(word, env), users)));
        argv.set(0, (isJvm ? machine.java() : machine.python()).toString());
        if (machine.training()) {
            argv.replaceAll(word -> word.startsWith("@") ? word.replace(".args", ".train.args") : word);
        }
        String log = machine.folder().log(longName(), container.getName()).toString();
        return new ContainerProcess(
                id(pod.getMetadata().getName(), container.getName()),
                argv,
                env,
                workingDirectory(container, mounts),
                isScript ? "-" : log,
                isScript ? "-" + log : log,
                box(isJvm, mounts));
    }

    /** How a container is named in a run. */
    static String id(String pod, String container) {
        return pod + "/" + container;
    }

    private String longName() {
        PodIdentity identity = PodIdentity.of(pod).orElseThrow();
        String attempt = identity.attempt() == 1 ? "" : "attempt-" + identity.attempt() + "-";
        OptionalInt id = identity.executorId();
        return attempt + (id.isEmpty() ? "driver" : "executor-" + id.getAsInt());
    }

    private boolean isDriver() {
        return PodIdentity.of(pod).orElseThrow().executorId().isEmpty();
    }

    /** Folder of each mount, by mount path. */
    private Map<String, Path> mounts(Container container) {
        Map<String, Path> mounts = new LinkedHashMap<>();
        for (VolumeMount mount : container.getVolumeMounts()) {
            Path folder = folderOf(mount.getName());
            String part = mount.getSubPath();
            mounts.put(mount.getMountPath(), part == null ? folder : folder.resolve(part));
        }
        return mounts;
    }

    /** Where the manifest's own volumes are mounted from for {@code container}; folders within them may have to be made. */
    Stream<Path> folders(Container container) {
        return users(container, mounts(container)).values().stream();
    }

    /** Those of {@code mounts} that are the manifest's own volumes. */
    private Map<String, Path> users(Container container, Map<String, Path> mounts) {
        Map<String, Path> users = new LinkedHashMap<>(mounts);
        container.getVolumeMounts().stream()
                .filter(mount -> !LocalVolumes.isOne(volume(mount.getName())))
                .forEach(mount -> users.remove(mount.getMountPath()));
        return users;
    }

    private Volume volume(String name) {
        return pod.getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Path folderOf(String volumeName) {
        Volume volume = volume(volumeName);
        if (LocalVolumes.isOne(volume)) {
            return machine.volumes().of(volume, shortName(pod));
        }
        if (volume.getSecret() != null) {
            return machine.folder().secret(volume.getSecret().getSecretName());
        }
        if (volume.getConfigMap() != null) {
            return machine.folder().configMap(volume.getConfigMap().getName());
        }
        return machine.folder().volume(shortName(pod));
    }

    private Map<String, String> environment(Container container, Map<String, Path> mounts, boolean isJvm) {
        Map<String, String> env = new TreeMap<>(machine.hostEnv().everywhere());
        env.put("PATH", (isJvm ? machine.java() : machine.python()).getParent() + ":" + PATH);
        if (!isJvm) {
            env.putAll(machine.hostEnv().python());
        }
        container.getEnvFrom().forEach(source -> env.putAll(all(source)));
        for (EnvVar variable : container.getEnv()) {
            // The packages are installed here, or the user has said which Python to take as it is.
            if (!PackageEnv.isOne(variable.getName()) || bringsItsPython()) {
                value(variable, container, mounts, env).ifPresent(value -> env.put(variable.getName(), value));
            }
        }
        return env;
    }

    private Map<String, String> all(EnvFromSource source) {
        boolean secret = source.getSecretRef() != null;
        String name = secret
                ? source.getSecretRef().getName()
                : source.getConfigMapRef().getName();
        String prefix = Objects.requireNonNullElse(source.getPrefix(), "");
        Map<String, String> all = new LinkedHashMap<>();
        (secret ? machine.objects().secrets() : machine.objects().configMaps())
                .getOrDefault(name, Map.of())
                .forEach((key, value) -> all.put(prefix + key, new String(value, StandardCharsets.UTF_8)));
        return all;
    }

    /** Empty where a key is not there that the job can do without. */
    private Optional<String> given(EnvVarSource source) {
        SecretKeySelector secret = source.getSecretKeyRef();
        ConfigMapKeySelector configMap = source.getConfigMapKeyRef();
        if (secret != null) {
            return LocalObjects.text(machine.objects().secrets(), secret.getName(), secret.getKey());
        }
        return configMap != null
                ? LocalObjects.text(machine.objects().configMaps(), configMap.getName(), configMap.getKey())
                : Optional.of(LocalFields.of(pod, podIp, source.getFieldRef().getFieldPath()));
    }

    private boolean bringsItsPython() {
        return containers(pod)
                .flatMap(container -> container.getEnv().stream())
                .anyMatch(variable -> variable.getName().equals(PackageEnv.ENVIRONMENT));
    }

    private Optional<String> value(
            EnvVar variable, Container container, Map<String, Path> mounts, Map<String, String> soFar) {
        return variable.getValueFrom() == null
                ? Optional.of(written(variable, container, mounts, soFar))
                : given(variable.getValueFrom());
    }

    private String written(EnvVar variable, Container container, Map<String, Path> mounts, Map<String, String> soFar) {
        String value = Objects.requireNonNullElse(variable.getValue(), "");
        if (variable.getName().equals(HOME)) {
            return machine.home().toString();
        }
        if (OF_THE_USER.contains(variable.getName())) {
            // The user has a name and a home here, and credentials and settings in it.
            return machine.hostEnv()
                    .everywhere()
                    .getOrDefault(variable.getName(), VariableExpansion.expand(value, soFar));
        }
        if (variable.getName().equals(WORK)) {
            return machine.workFolder().toString();
        }
        if (variable.getName().equals(TERMINATION_LOG)) {
            return machine.folder()
                    .terminationLog(shortName(pod), container.getName())
                    .toString();
        }
        Path mounted = mounts.get(value);
        return mounted != null ? mounted.toString() : VariableExpansion.expand(value, soFar);
    }

    /** The driver works where the user's files are; executors in their volume, as the JVM and Python there exchange files. */
    private String workingDirectory(Container container, Map<String, Path> mounts) {
        if (isDriver()) {
            return machine.workFolder().toString();
        }
        return Objects.requireNonNull(mounts.get(container.getWorkingDir()), "no volume at the working directory")
                .toString();
    }

    private Optional<ContainerProcess.Box> box(boolean isJvm, Map<String, Path> mounts) {
        if (!machine.isolate()) {
            return Optional.empty();
        }
        Set<String> share = new LinkedHashSet<>();
        mounts.forEach((path, folder) -> {
            if (!path.equals(TMP)) {
                share.add(folder.toString());
            }
        });
        share.add(machine.workFolder().toString());
        if (!isJvm) {
            share.add(machine.python().resolveSibling("..").normalize().toString());
        }
        String tmp =
                Objects.requireNonNull(mounts.get(TMP), "no volume at " + TMP).toString();
        return Optional.of(
                new ContainerProcess.Box(isJvm ? PodContainers.JVM : PodContainers.PYTHON, tmp, List.copyOf(share)));
    }
}
