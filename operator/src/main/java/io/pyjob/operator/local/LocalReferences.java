package io.pyjob.operator.local;

import io.pyjob.api.ConfigMapFolder;
import io.pyjob.api.ConfigMapKey;
import io.pyjob.api.ConfigMapSource;
import io.pyjob.api.EnvFrom;
import io.pyjob.api.EnvSource;
import io.pyjob.api.EnvVariable;
import io.pyjob.api.FolderSource;
import io.pyjob.api.KeyFiles;
import io.pyjob.api.KeyPath;
import io.pyjob.api.KeyRef;
import io.pyjob.api.KeySource;
import io.pyjob.api.ModuleSource;
import io.pyjob.api.ObjectRef;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.VolumeSpec;
import io.pyjob.api.manifest.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells what a job names that is not on this machine, before anything of it is started. Pure. */
final class LocalReferences {
    private static final String SECRET = "Secret";
    private static final String CONFIG_MAP = "ConfigMap";

    private final LocalObjects objects;
    private final List<Fault> faults = new ArrayList<>();

    private LocalReferences(LocalObjects objects) {
        this.objects = objects;
    }

    static List<Fault> missing(PyJob job, LocalObjects objects) {
        LocalReferences references = new LocalReferences(objects);
        references.texts(job.getSpec());
        references.folders(job.getSpec());
        references.env(
                "spec.python",
                job.getSpec().python().env(),
                job.getSpec().python().envFrom());
        references.env(
                "spec.jvm", job.getSpec().jvm().env(), job.getSpec().jvm().envFrom());
        List<VolumeSpec> volumes = job.getSpec().volumes();
        for (int i = 0; i < volumes.size(); i++) {
            references.volume("spec.volumes[" + i + ']', volumes.get(i), volumes.subList(0, i));
        }
        return references.faults;
    }

    private void texts(PyJobSpec spec) {
        ConfigMapKey script = spec.script().configMap();
        if (script != null) {
            text("spec.script.configMap", script, ", or use script.path");
        }
        ConfigMapSource requirements = spec.python().requirementsFrom();
        if (requirements != null) {
            text("spec.python.requirementsFrom.configMap", requirements.configMap(), ", or use python.requirements");
        }
    }

    private void folders(PyJobSpec spec) {
        List<ModuleSource> modules = spec.python().modulesFrom();
        for (int i = 0; i < modules.size(); i++) {
            ConfigMapFolder folder = modules.get(i).configMap();
            String path = "spec.python.modulesFrom[" + i + "].configMap";
            if (object(path, CONFIG_MAP, objects.configMaps(), folder.name(), ", or use python.pyFiles")) {
                folder.items()
                        .forEach(item -> hasKey(path, CONFIG_MAP, objects.configMaps(), folder.name(), item.key()));
            }
        }
        FolderSource hadoop = spec.jvm().hadoopConf();
        if (hadoop != null && hadoop.configMap() != null) {
            object("spec.jvm.hadoopConf.configMap", CONFIG_MAP, objects.configMaps(), hadoop.configMap(), "");
        }
        if (hadoop != null && hadoop.secret() != null) {
            object("spec.jvm.hadoopConf.secret", SECRET, objects.secrets(), hadoop.secret(), "");
        }
        KeySource ivy = spec.jvm().ivySettings();
        if (ivy != null && ivy.configMap() != null) {
            text("spec.jvm.ivySettings.configMap", ivy.configMap(), "");
        }
        if (ivy != null && ivy.secret() != null) {
            key("spec.jvm.ivySettings.secret", SECRET, objects.secrets(), ivy.secret(), "");
        }
    }

    private void text(String path, ConfigMapKey wanted, String instead) {
        key(path, CONFIG_MAP, objects.configMaps(), wanted, instead);
    }

    private void key(
            String path, String kind, Map<String, Map<String, byte[]>> there, ConfigMapKey wanted, String instead) {
        if (object(path, kind, there, wanted.name(), instead)) {
            hasKey(path, kind, there, wanted.name(), wanted.key());
        }
    }

    private void env(String path, List<EnvVariable> env, List<EnvFrom> envFrom) {
        for (int i = 0; i < env.size(); i++) {
            EnvSource source = env.get(i).valueFrom();
            if (source != null) {
                String at = path + ".env[" + i + "].valueFrom.";
                key(at + "secretKeyRef", SECRET, objects.secrets(), source.secretKeyRef());
                key(at + "configMapKeyRef", CONFIG_MAP, objects.configMaps(), source.configMapKeyRef());
            }
        }
        for (int i = 0; i < envFrom.size(); i++) {
            String at = path + ".envFrom[" + i + "].";
            whole(at + "secretRef", SECRET, objects.secrets(), envFrom.get(i).secretRef());
            whole(
                    at + "configMapRef",
                    CONFIG_MAP,
                    objects.configMaps(),
                    envFrom.get(i).configMapRef());
        }
    }

    private void volume(String path, VolumeSpec volume, List<VolumeSpec> before) {
        if (objects.volumes().containsKey(volume.name())) {
            if (before.stream().anyMatch(other -> isSameClaim(other, volume))) {
                faults.add(new Fault(
                        path, "has the claim of another volume, which comes first: give --volume for that one only"));
            }
            return;
        }
        files(path + ".secret", SECRET, objects.secrets(), volume.secret());
        files(path + ".configMap", CONFIG_MAP, objects.configMaps(), volume.configMap());
        boolean isElsewhere = volume.claim() != null || volume.projected() != null || volume.csi() != null;
        if (isElsewhere && before.stream().noneMatch(other -> isSameClaim(other, volume))) {
            faults.add(new Fault(
                    path,
                    "only a cluster has it: give this run a folder for it, --volume " + volume.name() + "=FOLDER"));
        }
    }

    private static boolean isSameClaim(VolumeSpec one, VolumeSpec other) {
        return one.claim() != null && Objects.equals(one.claim(), other.claim());
    }

    private void key(String path, String kind, Map<String, Map<String, byte[]>> there, @Nullable KeyRef wanted) {
        if (wanted != null && !wanted.isOptional() && object(path, kind, there, wanted.name(), "")) {
            hasKey(path, kind, there, wanted.name(), wanted.key());
        }
    }

    private void whole(String path, String kind, Map<String, Map<String, byte[]>> there, @Nullable ObjectRef wanted) {
        if (wanted != null && !wanted.isOptional()) {
            object(path, kind, there, wanted.name(), "");
        }
    }

    private void files(String path, String kind, Map<String, Map<String, byte[]>> there, @Nullable KeyFiles wanted) {
        if (wanted != null && !wanted.isOptional() && object(path, kind, there, wanted.name(), "")) {
            for (KeyPath item : wanted.items()) {
                hasKey(path, kind, there, wanted.name(), item.key());
            }
        }
    }

    /** @param instead what else may be done */
    private boolean object(
            String path, String kind, Map<String, Map<String, byte[]>> there, String name, String instead) {
        if (there.containsKey(name)) {
            return true;
        }
        String option = kind.equals(SECRET) ? ", or give --secret " + name + "=FOLDER, with a file for each key" : "";
        faults.add(new Fault(
                path,
                "there are no " + kind + "s on this machine: put \"" + name
                        + "\" into the manifest, after a line of ---" + option + instead));
        return false;
    }

    private void hasKey(String path, String kind, Map<String, Map<String, byte[]>> there, String name, String key) {
        Map<String, byte[]> keys = there.getOrDefault(name, Map.of());
        if (!keys.containsKey(key)) {
            faults.add(new Fault(
                    path,
                    "the " + kind + " \"" + name + "\" has no key \"" + key + "\"; it has "
                            + (keys.isEmpty() ? "none" : String.join(", ", keys.keySet()))));
        }
    }
}
