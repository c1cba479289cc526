package io.pyjob.e2e.images;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.pyjob.operator.local.VariableExpansion;
import io.pyjob.operator.pods.PodContainers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The containers of a pod of ours, run by Docker as a kubelet runs them: commands, variables, volumes, user, read-only root,
 * no capabilities, memory limits are the pod's own.
 *
 * <p>Pods of one job share one network without a way out, where each pod's address is a loopback address: so no bridge, no
 * firewall rule and no DNS of the machine matter. One network namespace per pod is for the tests on a cluster.
 */
final class PodInDocker implements AutoCloseable {
    private final Pod pod;
    private final Path volumes;
    private final String address;
    private final Map<String, DockerContainer> containers = new LinkedHashMap<>();

    /**
     * {@code volumes} has a folder for each ConfigMap and Secret, and gets one for each emptyDir; {@code address} is what the
     * pod takes for its own.
     */
    PodInDocker(Pod pod, Path volumes, String address) {
        this.pod = pod;
        this.volumes = volumes;
        this.address = address;
    }

    /** Starts all containers at once; {@code network} is Docker's name of one, or empty for a new one with nothing in it. */
    void start(String network) {
        String joined = network;
        for (Container container : Stream.of(
                        pod.getSpec().getContainers(), pod.getSpec().getInitContainers())
                .flatMap(List::stream)
                .toList()) {
            DockerContainer made = made(container, joined.isEmpty() ? "none" : joined);
            containers.put(container.getName(), made);
            made.start();
            joined = joined.isEmpty() ? network() : joined;
        }
    }

    /** How other containers join the network of this pod. */
    String network() {
        return "container:" + jvm().getContainerId();
    }

    DockerContainer jvm() {
        return container(PodContainers.JVM);
    }

    DockerContainer python() {
        return container(PodContainers.PYTHON);
    }

    /** What a container left for {@code kubectl describe pod}. */
    String terminationMessage(String container) {
        try {
            return Files.readString(terminationLog(container));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The classes that its JVM loaded, if it was told to log them to classes.log in its working directory. */
    LoadedClasses classes() {
        // The file is the pod's user's alone.
        return new LoadedClasses(OneShot.read(folderOf("pyjob").resolve("work/classes.log")));
    }

    @Override
    public void close() {
        containers.values().forEach(DockerContainer::close);
    }

    private DockerContainer container(String name) {
        return Objects.requireNonNull(containers.get(name), () -> "no container " + name + " was started");
    }

    private DockerContainer made(Container container, String network) {
        PodSecurityContext user = pod.getSpec().getSecurityContext();
        Map<String, String> env = environment(container);
        List<String> command = expanded(container.getCommand(), env);
        List<String> args = expanded(container.getArgs(), env);
        boolean readOnly = Boolean.TRUE.equals(container.getSecurityContext().getReadOnlyRootFilesystem());
        boolean mayGain = !Boolean.FALSE.equals(container.getSecurityContext().getAllowPrivilegeEscalation());
        Capability[] dropped = container.getSecurityContext().getCapabilities().getDrop().stream()
                .map(Capability::valueOf)
                .toArray(Capability[]::new);
        HostConfig host = new HostConfig()
                .withNetworkMode(network)
                .withReadonlyRootfs(readOnly)
                .withCapDrop(dropped)
                .withSecurityOpts(mayGain ? List.of() : List.of("no-new-privileges"))
                .withMemory(Quantity.getAmountInBytes(
                                container.getResources().getLimits().get("memory"))
                        .longValueExact())
                .withBinds(binds(container));
        return new DockerContainer(container.getImage(), create -> {
                    create.withUser(user.getRunAsUser() + ":" + user.getRunAsGroup())
                            .withEntrypoint(command)
                            .withCmd(args)
                            .withHostConfig(host);
                    if (container.getWorkingDir() != null) {
                        create.withWorkingDir(container.getWorkingDir());
                    }
                })
                .withEnv(env);
    }

    private Map<String, String> environment(Container container) {
        Map<String, String> env = new LinkedHashMap<>();
        for (EnvVar variable : container.getEnv()) {
            String value = variable.getValueFrom() != null ? address : variable.getValue();
            env.put(variable.getName(), VariableExpansion.expand(Objects.requireNonNullElse(value, ""), env));
        }
        return env;
    }

    private static List<String> expanded(List<String> words, Map<String, String> env) {
        return words.stream().map(word -> VariableExpansion.expand(word, env)).toList();
    }

    private List<Bind> binds(Container container) {
        List<Bind> binds = new ArrayList<>();
        for (VolumeMount mount : container.getVolumeMounts()) {
            Path folder = folderOf(mount.getName());
            String part = mount.getSubPath();
            binds.add(bind(
                    shared(part == null ? folder : folder.resolve(part)),
                    mount.getMountPath(),
                    Boolean.TRUE.equals(mount.getReadOnly())));
        }
        Path log = terminationLog(container.getName());
        write(log, "");
        binds.add(bind(log, "/dev/termination-log", false));
        return binds;
    }

    private static Bind bind(Path path, String at, boolean readOnly) {
        return new Bind(
                path.toString(),
                new com.github.dockerjava.api.model.Volume(at),
                readOnly ? AccessMode.ro : AccessMode.rw);
    }

    private Path folderOf(String volumeName) {
        Volume volume = pod.getSpec().getVolumes().stream()
                .filter(v -> v.getName().equals(volumeName))
                .findFirst()
                .orElseThrow();
        if (volume.getHostPath() != null) {
            return Path.of(volume.getHostPath().getPath());
        }
        if (volume.getSecret() != null) {
            return volumes.resolve("secret-" + volume.getSecret().getSecretName());
        }
        if (volume.getConfigMap() != null) {
            return volumes.resolve("configmap-" + volume.getConfigMap().getName());
        }
        return volumes.resolve(pod.getMetadata().getName() + "-" + volumeName);
    }

    private Path terminationLog(String container) {
        return volumes.resolve(pod.getMetadata().getName() + "-" + container + ".termination");
    }

    /** As a kubelet makes it for a pod with an fsGroup: whoever runs in the pod may write. */
    private static Path shared(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    /** Writes a file that all may read and write. */
    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
