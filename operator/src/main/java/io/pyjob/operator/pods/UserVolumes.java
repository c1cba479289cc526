package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.AnyType;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.pyjob.api.ContainerRole;
import io.pyjob.api.EmptyDirSpec;
import io.pyjob.api.KeyFiles;
import io.pyjob.api.PodRole;
import io.pyjob.api.PyJob;
import io.pyjob.api.VolumeSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The manifest's own volumes, as a pod has them. */
public final class UserVolumes {
    /** What their names in a pod begin with, so that none is one of PyJob's own. */
    public static final String PREFIX = "user-";

    /** As PyJob's own Secrets: the group's, which is the one of all containers, and nobody else's. */
    private static final int SECRET_MODE = 0440;

    private static final String LOCAL_DIR = "PYJOB_LOCAL_DIR_";

    private UserVolumes() {}

    static List<Volume> of(PyJob job, PodRole pod) {
        Map<String, Volume> volumes = new LinkedHashMap<>();
        of(job).stream()
                .filter(volume -> volume.isFor(pod, ContainerRole.JVM) || volume.isFor(pod, ContainerRole.PYTHON))
                .forEach(volume -> volumes.putIfAbsent(nameOf(volume, job), volume(volume, job)));
        return List.copyOf(volumes.values());
    }

    static List<VolumeMount> mounts(PyJob job, PodRole pod, ContainerRole container) {
        return of(job).stream()
                .filter(volume -> volume.isFor(pod, container))
                .map(volume -> new VolumeMountBuilder()
                        .withName(nameOf(volume, job))
                        .withMountPath(volume.mountPath())
                        .withSubPath(volume.subPath())
                        .withReadOnly(readOnly(volume))
                        .build())
                .toList();
    }

    /** The variables that tell a JVM where Spark's own files go; the last has all of them. */
    static List<EnvVar> localDirs(PyJob job, PodRole pod, String otherwise) {
        List<String> paths = of(job).stream()
                .filter(volume -> volume.isLocalDir() && volume.isFor(pod))
                .map(VolumeSpec::mountPath)
                .toList();
        List<EnvVar> env = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            env.add(ContainerEnv.variable(LOCAL_DIR + (i + 1), paths.get(i)));
        }
        String all = paths.isEmpty()
                ? otherwise
                : IntStream.rangeClosed(1, paths.size())
                        .mapToObj(i -> "$(" + LOCAL_DIR + i + ')')
                        .collect(Collectors.joining(","));
        env.add(ContainerEnv.variable("SPARK_LOCAL_DIRS", all));
        return env;
    }

    private static List<VolumeSpec> of(PyJob job) {
        return job.getSpec().volumes();
    }

    /** One claim is one volume of a pod, wherever it is mounted: kubelets have waited for ever for the second. */
    private static String nameOf(VolumeSpec volume, PyJob job) {
        return PREFIX
                + of(job).stream()
                        .filter(other ->
                                volume.claim() != null && volume.claim().equals(other.claim()))
                        .findFirst()
                        .orElse(volume)
                        .name();
    }

    /** Kubernetes mounts files of objects so in any case; what says so is clear to who looks at the pod. */
    private static @Nullable Boolean readOnly(VolumeSpec volume) {
        boolean ofObjects = volume.secret() != null || volume.configMap() != null || volume.projected() != null;
        return (ofObjects || volume.isReadOnly()) ? Boolean.TRUE : null;
    }

    private static Volume volume(VolumeSpec spec, PyJob job) {
        VolumeBuilder volume = new VolumeBuilder().withName(nameOf(spec, job));
        if (spec.claim() != null) {
            return volume.withNewPersistentVolumeClaim(spec.claim(), null).build();
        }
        KeyFiles secret = spec.secret();
        if (secret != null) {
            return volume.withNewSecret()
                    .withSecretName(secret.name())
                    .withDefaultMode(SECRET_MODE)
                    .withItems(items(secret))
                    .withOptional(secret.optional())
                    .endSecret()
                    .build();
        }
        KeyFiles configMap = spec.configMap();
        if (configMap != null) {
            return volume.withNewConfigMap()
                    .withName(configMap.name())
                    .withItems(items(configMap))
                    .withOptional(configMap.optional())
                    .endConfigMap()
                    .build();
        }
        EmptyDirSpec emptyDir = spec.emptyDir();
        if (emptyDir != null) {
            return volume.withNewEmptyDir()
                    .withMedium(
                            emptyDir.medium() == null ? null : emptyDir.medium().name())
                    .withSizeLimit(emptyDir.sizeLimit())
                    .endEmptyDir()
                    .build();
        }
        put(volume, "projected", spec.projected());
        put(volume, "csi", spec.csi());
        put(volume, "ephemeral", spec.ephemeral());
        return volume.build();
    }

    /** As the manifest says it: what Kubernetes does not know there, it refuses in its own words. */
    private static void put(VolumeBuilder volume, String kind, @Nullable AnyType source) {
        if (source != null) {
            volume.addToAdditionalProperties(kind, Objects.requireNonNull(source.getValue()));
        }
    }

    private static List<KeyToPath> items(KeyFiles files) {
        return files.items().stream()
                .map(item -> new KeyToPath(item.key(), null, item.path()))
                .toList();
    }
}
