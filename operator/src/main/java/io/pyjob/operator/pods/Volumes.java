package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.pyjob.api.ConfigMapKey;
import io.pyjob.api.ConfigMapSource;
import io.pyjob.api.ContainerRole;
import io.pyjob.api.PackageIndex;
import io.pyjob.api.PodRole;
import io.pyjob.api.PyJob;
import io.pyjob.api.PythonSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is mounted where. Every path that a command or a variable names is the value of a variable in {@link ContainerEnv}. */
final class Volumes {
    /** The pod's shared volume: the same path in both containers, since each passes file names to the other. */
    static final String DIR = "/pyjob";

    static final String WORK = DIR + "/work";
    static final String CONF = "/pyjob-conf";
    static final String SECRETS = "/pyjob-secrets";
    static final String SCRIPT = "/pyjob-script";

    static final String REQUIREMENTS = "/pyjob-requirements";
    static final String WHEELS = "/pyjob-wheels";

    private static final String SHARED_VOLUME = "pyjob";
    private static final String CONF_VOLUME = "conf";
    private static final String SECRETS_VOLUME = "secrets";
    private static final String SCRIPT_VOLUME = "script";
    private static final String REQUIREMENTS_VOLUME = "requirements";
    private static final String WHEELS_VOLUME = "wheels";

    private Volumes() {}

    static List<Volume> ofDriver(PyJob job) {
        List<Volume> volumes = new ArrayList<>();
        volumes.add(shared());
        volumes.add(new VolumeBuilder()
                .withName(CONF_VOLUME)
                .withNewConfigMap()
                .withName(JobNames.of(job).configMap())
                .endConfigMap()
                .build());
        volumes.add(secrets(job, SecretObject.SPARK_SECRET, SecretObject.REPORT_TOKEN));
        ConfigMapKey script = job.getSpec().script().configMap();
        if (script != null) {
            volumes.add(configMap(SCRIPT_VOLUME, script));
        }
        volumes.addAll(packages(job.getSpec().python()));
        volumes.addAll(UserVolumes.of(job, PodRole.DRIVER));
        volumes.addAll(SourceMounts.ofDriver(job.getSpec()));
        return volumes;
    }

    private static Volume configMap(String volume, ConfigMapKey source) {
        return new VolumeBuilder()
                .withName(volume)
                .withNewConfigMap()
                .withName(source.name())
                .addNewItem()
                .withKey(source.key())
                .withPath(source.key())
                .endItem()
                .endConfigMap()
                .build();
    }

    /** Where Python packages are named, and where they are. */
    private static List<Volume> packages(PythonSpec python) {
        List<Volume> volumes = new ArrayList<>();
        ConfigMapSource requirements = python.requirementsFrom();
        if (requirements != null) {
            volumes.add(configMap(REQUIREMENTS_VOLUME, requirements.configMap()));
        }
        String wheels = wheels(python);
        if (wheels != null) {
            volumes.add(new VolumeBuilder()
                    .withName(WHEELS_VOLUME)
                    .withNewPersistentVolumeClaim(wheels, true)
                    .build());
        }
        return volumes;
    }

    private static List<VolumeMount> packageMounts(PythonSpec python) {
        List<VolumeMount> mounts = new ArrayList<>();
        if (python.requirementsFrom() != null) {
            mounts.add(readOnly(REQUIREMENTS_VOLUME, REQUIREMENTS));
        }
        if (wheels(python) != null) {
            mounts.add(readOnly(WHEELS_VOLUME, WHEELS));
        }
        return mounts;
    }

    /** The claim, where there may be something to install from it. */
    private static @Nullable String wheels(PythonSpec python) {
        PackageIndex index = python.index();
        return index == null || !python.needsPackages() ? null : index.claim();
    }

    /** An executor gets Spark's secret but not the token of the driver's reports. */
    static List<Volume> ofExecutor(PyJob job) {
        List<Volume> volumes = new ArrayList<>(List.of(shared(), secrets(job, SecretObject.SPARK_SECRET)));
        volumes.addAll(packages(job.getSpec().python()));
        volumes.addAll(UserVolumes.of(job, PodRole.EXECUTORS));
        volumes.addAll(SourceMounts.ofExecutor(job.getSpec()));
        return volumes;
    }

    static List<VolumeMount> ofDriverJvm(PyJob job) {
        List<VolumeMount> more =
                new ArrayList<>(List.of(readOnly(CONF_VOLUME, CONF), readOnly(SECRETS_VOLUME, SECRETS)));
        more.addAll(SourceMounts.ofDriverJvm(job.getSpec().jvm()));
        more.addAll(UserVolumes.mounts(job, PodRole.DRIVER, ContainerRole.JVM));
        return with(more);
    }

    static List<VolumeMount> ofDriverPython(PyJob job) {
        List<VolumeMount> more = new ArrayList<>(List.of(readOnly(CONF_VOLUME, CONF)));
        if (job.getSpec().script().configMap() != null) {
            more.add(readOnly(SCRIPT_VOLUME, SCRIPT));
        }
        more.addAll(packageMounts(job.getSpec().python()));
        more.addAll(SourceMounts.ofPython(job.getSpec().python()));
        more.addAll(UserVolumes.mounts(job, PodRole.DRIVER, ContainerRole.PYTHON));
        return with(more);
    }

    static List<VolumeMount> ofExecutorJvm(PyJob job) {
        List<VolumeMount> more = new ArrayList<>(List.of(readOnly(SECRETS_VOLUME, SECRETS)));
        more.addAll(SourceMounts.ofExecutorJvm(job.getSpec().jvm()));
        more.addAll(UserVolumes.mounts(job, PodRole.EXECUTORS, ContainerRole.JVM));
        return with(more);
    }

    static List<VolumeMount> ofExecutorPython(PyJob job) {
        List<VolumeMount> more = new ArrayList<>(packageMounts(job.getSpec().python()));
        more.addAll(SourceMounts.ofPython(job.getSpec().python()));
        more.addAll(UserVolumes.mounts(job, PodRole.EXECUTORS, ContainerRole.PYTHON));
        return with(more);
    }

    /**
     * Parts of the shared volume are mounted once more: the working directory, because a container runtime would create one
     * that is missing as root, not writable; and /tmp, because the root file system is read-only and scripts pass files
     * between Spark and Python there.
     */
    private static List<VolumeMount> with(List<VolumeMount> more) {
        List<VolumeMount> mounts = new ArrayList<>();
        mounts.add(new VolumeMountBuilder()
                .withName(SHARED_VOLUME)
                .withMountPath(DIR)
                .build());
        mounts.add(partOfShared("work", WORK));
        mounts.add(partOfShared("tmp", "/tmp"));
        mounts.addAll(more);
        return mounts;
    }

    private static VolumeMount partOfShared(String subPath, String path) {
        return new VolumeMountBuilder()
                .withName(SHARED_VOLUME)
                .withMountPath(path)
                .withSubPath(subPath)
                .build();
    }

    private static VolumeMount readOnly(String volume, String path) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path)
                .withReadOnly(true)
                .build();
    }

    private static Volume shared() {
        return new VolumeBuilder()
                .withName(SHARED_VOLUME)
                .withNewEmptyDir()
                .endEmptyDir()
                .build();
    }

    private static Volume secrets(PyJob job, String... keys) {
        VolumeBuilder volume = new VolumeBuilder().withName(SECRETS_VOLUME);
        for (String key : keys) {
            volume.editOrNewSecret()
                    .withSecretName(JobNames.of(job).secret())
                    .withDefaultMode(0440)
                    .addNewItem()
                    .withKey(key)
                    .withPath(key)
                    .endItem()
                    .endSecret();
        }
        return volume.build();
    }
}
