package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.pyjob.api.ConfigMapFolder;
import io.pyjob.api.FolderSource;
import io.pyjob.api.JvmSpec;
import io.pyjob.api.KeySource;
import io.pyjob.api.ModuleSource;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.PythonSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What containers get from ConfigMaps and Secrets of the user's: modules, Hadoop's configuration, settings of Ivy. Each is
 * mounted whole, in a folder of its own, that a variable names: so who reads it may say in words what it lacks.
 */
final class SourceMounts {
    private static final String MODULES = "/pyjob-modules/";
    private static final String HADOOP_CONF = "/pyjob-hadoop";
    private static final String IVY = "/pyjob-ivy";

    private static final String MODULES_VOLUME = "modules-";
    private static final String HADOOP_VOLUME = "hadoop-conf";
    private static final String IVY_VOLUME = "ivy-settings";

    private SourceMounts() {}

    static List<Volume> ofDriver(PyJobSpec spec) {
        List<Volume> volumes = new ArrayList<>(ofExecutor(spec));
        KeySource ivy = spec.jvm().ivySettings();
        if (ivy != null) {
            volumes.add(
                    ivy.configMap() != null
                            ? configMap(IVY_VOLUME, ivy.configMap().name())
                            : secret(
                                    IVY_VOLUME,
                                    Objects.requireNonNull(ivy.secret()).name()));
        }
        return volumes;
    }

    static List<Volume> ofExecutor(PyJobSpec spec) {
        List<Volume> volumes = new ArrayList<>();
        List<ModuleSource> modules = spec.python().modulesFrom();
        for (int i = 0; i < modules.size(); i++) {
            volumes.add(configMap(MODULES_VOLUME + i, modules.get(i).configMap().name()));
        }
        FolderSource hadoop = spec.jvm().hadoopConf();
        if (hadoop != null) {
            volumes.add(
                    hadoop.configMap() != null
                            ? configMap(HADOOP_VOLUME, hadoop.configMap())
                            : secret(HADOOP_VOLUME, Objects.requireNonNull(hadoop.secret())));
        }
        return volumes;
    }

    static List<VolumeMount> ofDriverJvm(JvmSpec jvm) {
        List<VolumeMount> mounts = new ArrayList<>(ofExecutorJvm(jvm));
        if (jvm.ivySettings() != null) {
            mounts.add(readOnly(IVY_VOLUME, IVY));
        }
        return mounts;
    }

    static List<VolumeMount> ofExecutorJvm(JvmSpec jvm) {
        return jvm.hadoopConf() == null ? List.of() : List.of(readOnly(HADOOP_VOLUME, HADOOP_CONF));
    }

    static List<VolumeMount> ofPython(PythonSpec python) {
        return IntStream.range(0, python.modulesFrom().size())
                .mapToObj(i -> readOnly(MODULES_VOLUME + i, MODULES + i))
                .toList();
    }

    static List<EnvVar> envOfDriverJvm(PyJobSpec spec) {
        List<EnvVar> env = new ArrayList<>(envOfExecutorJvm(spec.jvm()));
        KeySource ivy = spec.jvm().ivySettings();
        if (ivy != null) {
            env.add(ContainerEnv.variable("PYJOB_IVY", IVY));
            env.add(ContainerEnv.variable("PYJOB_IVY_SETTINGS", "$(PYJOB_IVY)/" + ivy.key()));
        }
        if (!spec.jvm().packages().isEmpty()) {
            env.add(ContainerEnv.variable("PYJOB_JAVA_PACKAGES", "1"));
        }
        scriptUrl(spec, env);
        return env;
    }

    static List<EnvVar> envOfExecutorJvm(JvmSpec jvm) {
        return jvm.hadoopConf() == null ? List.of() : List.of(ContainerEnv.variable("HADOOP_CONF_DIR", HADOOP_CONF));
    }

    static List<EnvVar> envOfDriverPython(PyJobSpec spec) {
        List<EnvVar> env = new ArrayList<>(envOfPython(spec.python()));
        lines(env, "PYJOB_JARS", spec.jvm().jars());
        lines(env, "PYJOB_FILES", spec.python().files());
        if (!spec.jvm().packages().isEmpty()) {
            env.add(ContainerEnv.variable("PYJOB_JAVA_PACKAGES", "1"));
        }
        scriptUrl(spec, env);
        if (spec.script().sha256() != null) {
            env.add(ContainerEnv.variable("PYJOB_SCRIPT_SHA256", spec.script().sha256()));
        }
        return env;
    }

    /** The folders first: their values are mount paths, and the variable after them is written in their terms. */
    static List<EnvVar> envOfPython(PythonSpec python) {
        List<EnvVar> env = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < python.modulesFrom().size(); i++) {
            String name = "PYJOB_MODULES_" + i;
            env.add(ContainerEnv.variable(name, MODULES + i));
            lines.add(line("$(" + name + ")", python.modulesFrom().get(i)));
        }
        if (!lines.isEmpty()) {
            env.add(ContainerEnv.variable("PYJOB_MODULES", String.join("\n", lines)));
        }
        return env;
    }

    /** The ConfigMap, where it is mounted, the folder that it becomes, and key=path of each item; between them tabs. */
    private static String line(String place, ModuleSource source) {
        ConfigMapFolder map = source.configMap();
        Stream<String> items = map.items().stream().map(item -> item.key() + "=" + item.path());
        return Stream.concat(Stream.of(map.name(), place, Objects.requireNonNullElse(source.folder(), "")), items)
                .collect(Collectors.joining("\t"));
    }

    /** Both containers are told: the JVM fetches the script, and Python waits for it. */
    private static void scriptUrl(PyJobSpec spec, List<EnvVar> env) {
        spec.script()
                .hadoopUrl()
                .ifPresent(url -> env.add(ContainerEnv.variable("PYJOB_SCRIPT_URL", VariableReferences.escape(url))));
    }

    private static void lines(List<EnvVar> env, String name, List<String> lines) {
        if (!lines.isEmpty()) {
            env.add(ContainerEnv.variable(name, VariableReferences.escape(String.join("\n", lines))));
        }
    }

    private static Volume configMap(String volume, String name) {
        return new VolumeBuilder()
                .withName(volume)
                .withNewConfigMap()
                .withName(name)
                .endConfigMap()
                .build();
    }

    private static Volume secret(String volume, String name) {
        return new VolumeBuilder()
                .withName(volume)
                .withNewSecret()
                .withSecretName(name)
                .withDefaultMode(0440)
                .endSecret()
                .build();
    }

    private static VolumeMount readOnly(String volume, String path) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path)
                .withReadOnly(true)
                .build();
    }
}
