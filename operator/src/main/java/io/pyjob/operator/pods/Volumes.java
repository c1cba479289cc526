package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.pyjob.api.ConfigMapKey;
import io.pyjob.api.PyJob;
import java.util.ArrayList;
import java.util.List;

/** What is mounted where. Every path that a command or a variable names is the value of a variable in {@link ContainerEnv}. */
final class Volumes {
    /** The pod's shared volume: the same path in both containers, since each passes file names to the other. */
    static final String DIR = "/pyjob";

    static final String WORK = DIR + "/work";
    static final String CONF = "/pyjob-conf";
    static final String SECRETS = "/pyjob-secrets";
    static final String SCRIPT = "/pyjob-script";

    private static final String SHARED_VOLUME = "pyjob";
    private static final String CONF_VOLUME = "conf";
    private static final String SECRETS_VOLUME = "secrets";
    private static final String SCRIPT_VOLUME = "script";

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
            volumes.add(new VolumeBuilder()
                    .withName(SCRIPT_VOLUME)
                    .withNewConfigMap()
                    .withName(script.name())
                    .addNewItem()
                    .withKey(script.key())
                    .withPath(script.key())
                    .endItem()
                    .endConfigMap()
                    .build());
        }
        return volumes;
    }

    /** An executor gets Spark's secret but not the token of the driver's reports. */
    static List<Volume> ofExecutor(PyJob job) {
        return List.of(shared(), secrets(job, SecretObject.SPARK_SECRET));
    }

    static List<VolumeMount> ofDriverJvm() {
        return with(readOnly(CONF_VOLUME, CONF), readOnly(SECRETS_VOLUME, SECRETS));
    }

    static List<VolumeMount> ofDriverPython(PyJob job) {
        return job.getSpec().script().configMap() == null
                ? with(readOnly(CONF_VOLUME, CONF))
                : with(readOnly(CONF_VOLUME, CONF), readOnly(SCRIPT_VOLUME, SCRIPT));
    }

    static List<VolumeMount> ofExecutorJvm() {
        return with(readOnly(SECRETS_VOLUME, SECRETS));
    }

    static List<VolumeMount> ofExecutorPython() {
        return with();
    }

    /**
     * Parts of the shared volume are mounted once more: the working directory, because a container runtime would create one
     * that is missing as root, not writable; and /tmp, because the root file system is read-only and scripts pass files
     * between Spark and Python there.
     */
    private static List<VolumeMount> with(VolumeMount... more) {
        List<VolumeMount> mounts = new ArrayList<>();
        mounts.add(new VolumeMountBuilder()
                .withName(SHARED_VOLUME)
                .withMountPath(DIR)
                .build());
        mounts.add(partOfShared("work", WORK));
        mounts.add(partOfShared("tmp", "/tmp"));
        mounts.addAll(List.of(more));
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
