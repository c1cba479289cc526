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
import io.pyjob.operator.pods.NeededObject.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells what a job names that is not on this machine, before anything of it is started. Pure. */
final class LocalReferences {
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
            if (object(path, Kind.ConfigMap, folder.name(), ", or use python.pyFiles")) {
                folder.items().forEach(item -> hasKey(path, Kind.ConfigMap, folder.name(), item.key()));
            }
        }
        FolderSource hadoop = spec.jvm().hadoopConf();
        if (hadoop != null && hadoop.configMap() != null) {
            object("spec.jvm.hadoopConf.configMap", Kind.ConfigMap, hadoop.configMap(), "");
        }
        if (hadoop != null && hadoop.secret() != null) {
            object("spec.jvm.hadoopConf.secret", Kind.Secret, hadoop.secret(), "");
        }
        KeySource ivy = spec.jvm().ivySettings();
        if (ivy != null && ivy.configMap() != null) {
            text("spec.jvm.ivySettings.configMap", ivy.configMap(), "");
        }
        if (ivy != null && ivy.secret() != null) {
            key("spec.jvm.ivySettings.secret", Kind.Secret, ivy.secret(), "");
        }
    }

    private void text(String path, ConfigMapKey wanted, String instead) {
        key(path, Kind.ConfigMap, wanted, instead);
    }

    private void key(String path, Kind kind, ConfigMapKey wanted, String instead) {
        if (object(path, kind, wanted.name(), instead)) {
            hasKey(path, kind, wanted.name(), wanted.key());
        }
    }

    private void env(String path, List<EnvVariable> env, List<EnvFrom> envFrom) {
        for (int i = 0; i < env.size(); i++) {
            EnvSource source = env.get(i).valueFrom();
            if (source != null) {
                String at = path + ".env[" + i + "].valueFrom.";
                key(at + "secretKeyRef", Kind.Secret, source.secretKeyRef());
                key(at + "configMapKeyRef", Kind.ConfigMap, source.configMapKeyRef());
            }
        }
        for (int i = 0; i < envFrom.size(); i++) {
            String at = path + ".envFrom[" + i + "].";
            whole(at + "secretRef", Kind.Secret, envFrom.get(i).secretRef());
            whole(at + "configMapRef", Kind.ConfigMap, envFrom.get(i).configMapRef());
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
        files(path + ".secret", Kind.Secret, volume.secret());
        files(path + ".configMap", Kind.ConfigMap, volume.configMap());
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

    private void key(String path, Kind kind, @Nullable KeyRef wanted) {
        if (wanted != null && !wanted.isOptional() && object(path, kind, wanted.name(), "")) {
            hasKey(path, kind, wanted.name(), wanted.key());
        }
    }

    private void whole(String path, Kind kind, @Nullable ObjectRef wanted) {
        if (wanted != null && !wanted.isOptional()) {
            object(path, kind, wanted.name(), "");
        }
    }

    private void files(String path, Kind kind, @Nullable KeyFiles wanted) {
        if (wanted != null && !wanted.isOptional() && object(path, kind, wanted.name(), "")) {
            for (KeyPath item : wanted.items()) {
                hasKey(path, kind, wanted.name(), item.key());
            }
        }
    }

    /** @param instead what else may be done */
    private boolean object(String path, Kind kind, String name, String instead) {
        if (there(kind).containsKey(name)) {
            return true;
        }
        String option = kind == Kind.Secret ? ", or give --secret " + name + "=FOLDER, with a file for each key" : "";
        faults.add(new Fault(
                path,
                "there are no " + kind + "s on this machine: put \"" + name
                        + "\" into the manifest, after a line of ---" + option + instead));
        return false;
    }

    private void hasKey(String path, Kind kind, String name, String key) {
        Map<String, byte[]> keys = there(kind).getOrDefault(name, Map.of());
        if (!keys.containsKey(key)) {
            faults.add(new Fault(
                    path,
                    "the " + kind + " \"" + name + "\" has no key \"" + key + "\"; it has "
                            + (keys.isEmpty() ? "none" : String.join(", ", keys.keySet()))));
        }
    }

    private Map<String, Map<String, byte[]>> there(Kind kind) {
        return kind == Kind.Secret ? objects.secrets() : objects.configMaps();
    }
}
