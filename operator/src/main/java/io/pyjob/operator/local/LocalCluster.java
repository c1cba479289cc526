package io.pyjob.operator.local;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.pyjob.operator.plan.Action;
import io.pyjob.operator.plan.ContainerState;
import io.pyjob.operator.plan.DriverReport;
import io.pyjob.operator.plan.Observed;
import io.pyjob.operator.plan.ObservedPod;
import io.pyjob.operator.plan.PodStep;
import io.pyjob.operator.pods.PodContainers;
import io.pyjob.operator.pods.PodIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One job's objects on this machine: files for Secrets and ConfigMaps, processes for containers.
 *
 * <p>Not thread-safe: the run's loop alone uses it.
 */
final class LocalCluster implements Action.Effects {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_READS = PosixFilePermissions.fromString("rw-------");
    private static final int TERMINATION_MESSAGE_BYTES = 4096;

    private final Machine machine;
    private final Agent agent;
    private final LoopbackAddresses addresses;
    private final Map<String, LocalPod> pods = new LinkedHashMap<>();
    private boolean secret;
    private boolean configMap;
    private boolean service;
    private Optional<DriverReport> report = Optional.empty();

    /** A pod whose containers have been started. */
    private static final class LocalPod {
        final Pod pod;
        final PodIdentity identity;
        final Map<String, ContainerState> containers = new LinkedHashMap<>();
        final Map<String, ContainerProcess> processes = new LinkedHashMap<>();
        final Map<PodStep, Instant> steps = new EnumMap<>(PodStep.class);
        SidecarRestarts restarts = SidecarRestarts.firstStart(Instant.now());
        Optional<Instant> restartAt = Optional.empty();
        Optional<Instant> killAt = Optional.empty();
        boolean killed;

        LocalPod(Pod pod, PodIdentity identity) {
            this.pod = pod;
            this.identity = identity;
        }

        boolean isDeleting() {
            return killAt.isPresent();
        }
    }

    LocalCluster(Machine machine, Agent agent, LoopbackAddresses addresses) {
        this.machine = machine;
        this.agent = agent;
        this.addresses = addresses;
    }

    /** Everything as it is now. */
    Observed observed() {
        List<ObservedPod> seen = new ArrayList<>();
        for (LocalPod pod : pods.values()) {
            seen.add(new ObservedPod(
                    pod.pod.getMetadata().getName(),
                    pod.identity.attempt(),
                    pod.identity.executorId(),
                    pod.containers.getOrDefault(PodContainers.JVM, ContainerState.Waiting.TO_START),
                    pod.containers.getOrDefault(PodContainers.PYTHON, ContainerState.Waiting.TO_START),
                    pod.isDeleting(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    pod.steps));
        }
        return new Observed(
                secret,
                configMap,
                service ? Optional.of(addresses.of(OptionalInt.empty())) : Optional.empty(),
                seen,
                report);
    }

    /** What the driver said last. */
    void reported(DriverReport said) {
        report = Optional.of(said);
    }

    /** Takes note of a container's end; a sidecar is started again for as long as its pod lives. */
    void exited(String container, int code, Instant at) {
        int slash = container.lastIndexOf('/');
        LocalPod pod = pods.get(container.substring(0, slash));
        String name = container.substring(slash + 1);
        if (pod == null) {
            return;
        }
        pod.containers.put(name, new ContainerState.Ended(code, at, terminationMessage(pod.pod, name)));
        if (isSidecar(pod.pod, name) && !pod.isDeleting() && !hasEnded(pod)) {
            pod.restarts = pod.restarts.endedAt(at);
            pod.restartAt = Optional.of(at.plus(pod.restarts.pause()));
            startDue(pod, at);
        } else if (isSidecar(pod.pod, PodContainers.PYTHON) && hasEnded(pod)) {
            agent.signal(PodProcesses.id(pod.pod.getMetadata().getName(), PodContainers.PYTHON), "TERM");
        }
        if (pod.isDeleting()
                && pod.containers.values().stream().allMatch(s -> s.ended().isPresent())) {
            pods.remove(pod.pod.getMetadata().getName());
        }
    }

    /** Kills what was told to end and has not in its time, starts sidecars that have waited; when to look again. */
    Optional<Instant> carryOutDue(Instant now) {
        for (LocalPod pod : pods.values()) {
            startDue(pod, now);
            if (!pod.killed && pod.killAt.filter(at -> !at.isAfter(now)).isPresent()) {
                pod.killed = true;
                signal(pod, "KILL", all -> true);
            }
        }
        return pods.values().stream()
                .flatMap(pod -> Stream.of(pod.restartAt, pod.killAt.filter(at -> !pod.killed)))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }

    /** Starts the sidecar if it is time to; one whose pod has come to its end is not started any more. */
    private void startDue(LocalPod pod, Instant now) {
        if (pod.isDeleting() || hasEnded(pod)) {
            pod.restartAt = Optional.empty();
        }
        if (pod.restartAt.filter(at -> !at.isAfter(now)).isPresent()) {
            pod.restartAt = Optional.empty();
            pod.restarts = pod.restarts.startedAgain(now);
            agent.start(Objects.requireNonNull(pod.processes.get(PodContainers.PYTHON)));
            pod.containers.put(PodContainers.PYTHON, new ContainerState.Running(now));
        }
    }

    /** Whether a driver's JVM is still running. */
    boolean hasDriverJvm() {
        return pods.values().stream()
                .filter(pod -> pod.identity.executorId().isEmpty())
                .anyMatch(pod -> pod.containers.get(PodContainers.JVM) instanceof ContainerState.Running);
    }

    /** Whether the driver has said that it has or had a SparkContext. */
    boolean hasSparkContext() {
        return report.filter(said -> said.state() != DriverReport.State.STARTING)
                .isPresent();
    }

    @Override
    public void create(HasMetadata object) {
        if (object instanceof Secret s) {
            files(machine.folder().secret(s.getMetadata().getName()), bytes(s.getStringData()));
            secret = true;
        } else if (object instanceof ConfigMap c) {
            files(machine.folder().configMap(c.getMetadata().getName()), bytes(c.getData()));
            configMap = true;
        } else if (object instanceof Service) {
            service = true; // its cluster address is the driver pod's own
        } else {
            throw new IllegalArgumentException("a " + object.getKind() + " has no meaning on one machine");
        }
    }

    @Override
    public void createPod(Pod pod) {
        String name = pod.getMetadata().getName();
        if (pods.containsKey(name)) {
            return;
        }
        PodIdentity identity = PodIdentity.of(pod).orElseThrow();
        LocalPod local = new LocalPod(pod, identity);
        local.steps.put(PodStep.CREATED, Instant.now());
        Path volume = machine.folder().volume(PodProcesses.shortName(pod));
        folder(volume);
        for (String part : List.of("run", "local", "tmp", "work")) {
            folder(volume.resolve(part));
        }
        pod.getSpec().getVolumes().stream()
                .filter(LocalVolumes::isOne)
                .forEach(own -> LocalVolumes.makeFolder(machine.volumes().of(own, PodProcesses.shortName(pod))));
        pod.getSpec().getVolumes().forEach(this::provide);
        PodProcesses.containers(pod)
                .flatMap(container -> new PodProcesses(machine, pod, "").folders(container))
                .forEach(LocalVolumes::makeFolder);
        code(volume.resolve("code"));
        folder(machine.folder().logs());
        String ip = addresses.of(identity.executorId());
        for (ContainerProcess process : new PodProcesses(machine, pod, ip).all()) {
            String container = process.id().substring(process.id().lastIndexOf('/') + 1);
            agent.start(process);
            local.processes.put(container, process);
            Instant now = Instant.now();
            local.containers.put(container, new ContainerState.Running(now));
            local.steps.put(container.equals(PodContainers.JVM) ? PodStep.JVM : PodStep.PYTHON, now);
        }
        pods.put(name, local);
    }

    @Override
    public void deletePod(String name, String reason) {
        LocalPod pod = pods.get(name);
        if (pod == null || pod.isDeleting()) {
            return;
        }
        Long grace = pod.pod.getSpec().getTerminationGracePeriodSeconds();
        pod.killAt = Optional.of(Instant.now().plusSeconds(grace == null ? 30 : grace));
        if (pod.containers.values().stream().allMatch(s -> s.ended().isPresent())) {
            pods.remove(name);
        } else {
            // A sidecar is told when the others have ended: until then they need it.
            signal(pod, "TERM", container -> hasEnded(pod) || !isSidecar(pod.pod, container));
        }
    }

    @Override
    public void deleteJob(String reason) {
        // Here a job is no object that stays: the run ends with it.
    }

    private void signal(LocalPod pod, String signal, Predicate<String> which) {
        pod.containers.forEach((container, state) -> {
            if (state instanceof ContainerState.Running && which.test(container)) {
                agent.signal(PodProcesses.id(pod.pod.getMetadata().getName(), container), signal);
            }
        });
    }

    private static boolean hasEnded(LocalPod pod) {
        ContainerState jvm = pod.containers.get(PodContainers.JVM);
        return jvm != null && jvm.ended().isPresent();
    }

    private static boolean isSidecar(Pod pod, String container) {
        return PodProcesses.containers(pod)
                .filter(c -> "Always".equals(c.getRestartPolicy()))
                .map(Container::getName)
                .anyMatch(container::equals);
    }

    private String terminationMessage(Pod pod, String container) {
        Path file = machine.folder().terminationLog(PodProcesses.shortName(pod), container);
        try {
            byte[] bytes = Files.readAllBytes(file);
            int length = Math.min(bytes.length, TERMINATION_MESSAGE_BYTES);
            return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
        } catch (NoSuchFileException none) { // it had nothing to say
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException("the termination message " + file + " cannot be read", e);
        }
    }

    /** In a cluster the JVM container puts the code there; here it is on the same disk already. */
    private void code(Path link) {
        try {
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, machine.home().resolve("python"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(link + " cannot be made", e);
        }
    }

    /** What a volume shows of the user's Secrets and ConfigMaps. The files of a pod before are this one's, too, and in use. */
    private void provide(Volume volume) {
        if (volume.getSecret() != null) {
            String name = volume.getSecret().getSecretName();
            provide(machine.folder().secret(name), machine.objects().secrets().get(name));
        } else if (volume.getConfigMap() != null) {
            String name = volume.getConfigMap().getName();
            provide(
                    machine.folder().configMap(name),
                    machine.objects().configMaps().get(name));
        }
    }

    private static void provide(Path folder, @Nullable Map<String, byte[]> contents) {
        if (contents != null && !Files.exists(folder)) {
            files(folder, contents);
        }
    }

    private static void folder(Path folder) {
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " cannot be made", e);
        }
    }

    private static Map<String, byte[]> bytes(Map<String, String> texts) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        texts.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
        return bytes;
    }

    private static void files(Path folder, Map<String, byte[]> contents) {
        folder(folder);
        contents.forEach((name, content) -> {
            try {
                Path file = folder.resolve(name);
                Files.deleteIfExists(file);
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_READS));
                Files.write(file, content);
            } catch (IOException e) {
                throw new UncheckedIOException(folder.resolve(name) + " cannot be written", e);
            }
        });
    }
}
