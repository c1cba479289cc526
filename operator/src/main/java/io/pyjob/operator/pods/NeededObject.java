package io.pyjob.operator.pods;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A Secret or a ConfigMap without which a job's containers would not start, and whose lack Kubernetes would tell late or not at
 * all.
 *
 * @param keys what it has to have
 */
public record NeededObject(Kind kind, String name, Set<String> keys, Use use) {
    /** What it is; the name is Kubernetes' own. */
    public enum Kind {
        Secret,
        ConfigMap
    }

    /** What a job needs it for: the field that names it. */
    public enum Use {
        SCRIPT,
        REQUIREMENTS,
        MODULES,
        HADOOP_CONF,
        IVY_SETTINGS,
        VARIABLES_AND_VOLUMES
    }

    /** All that {@code job} names, for each use once, but for what it can do without. */
    public static List<NeededObject> of(PyJob job) {
        PyJobSpec spec = job.getSpec();
        List<NeededObject> needed = new ArrayList<>();
        text(needed, spec.script().configMap(), Kind.ConfigMap, Use.SCRIPT);
        ConfigMapSource requirements = spec.python().requirementsFrom();
        text(needed, requirements == null ? null : requirements.configMap(), Kind.ConfigMap, Use.REQUIREMENTS);
        for (ModuleSource modules : spec.python().modulesFrom()) {
            Set<String> keys = new TreeSet<>();
            modules.configMap().items().forEach(item -> keys.add(item.key()));
            needed.add(new NeededObject(Kind.ConfigMap, modules.configMap().name(), keys, Use.MODULES));
        }
        FolderSource hadoop = spec.jvm().hadoopConf();
        if (hadoop != null) {
            folder(needed, hadoop.configMap(), Kind.ConfigMap, Use.HADOOP_CONF);
            folder(needed, hadoop.secret(), Kind.Secret, Use.HADOOP_CONF);
        }
        KeySource ivy = spec.jvm().ivySettings();
        if (ivy != null) {
            text(needed, ivy.configMap(), Kind.ConfigMap, Use.IVY_SETTINGS);
            text(needed, ivy.secret(), Kind.Secret, Use.IVY_SETTINGS);
        }
        needed.addAll(ofVariablesAndVolumes(spec));
        return needed;
    }

    private static void text(List<NeededObject> needed, @Nullable ConfigMapKey text, Kind kind, Use use) {
        if (text != null) {
            needed.add(new NeededObject(kind, text.name(), Set.of(text.key()), use));
        }
    }

    private static void folder(List<NeededObject> needed, @Nullable String name, Kind kind, Use use) {
        if (name != null) {
            needed.add(new NeededObject(kind, name, Set.of(), use));
        }
    }

    private static List<NeededObject> ofVariablesAndVolumes(PyJobSpec spec) {
        Collected collected = new Collected();
        collected.env(spec.jvm().env(), spec.jvm().envFrom());
        collected.env(spec.python().env(), spec.python().envFrom());
        for (VolumeSpec volume : spec.volumes()) {
            collected.files(Kind.Secret, volume.secret());
            collected.files(Kind.ConfigMap, volume.configMap());
        }
        return collected.all();
    }

    private static final class Collected {
        private final Map<Kind, Map<String, Set<String>>> keys = new LinkedHashMap<>();

        List<NeededObject> all() {
            List<NeededObject> all = new ArrayList<>();
            keys.forEach((kind, names) ->
                    names.forEach((name, of) -> all.add(new NeededObject(kind, name, of, Use.VARIABLES_AND_VOLUMES))));
            return all;
        }

        void env(List<EnvVariable> env, List<EnvFrom> envFrom) {
            for (EnvVariable variable : env) {
                EnvSource source = variable.valueFrom();
                if (source != null) {
                    key(Kind.Secret, source.secretKeyRef());
                    key(Kind.ConfigMap, source.configMapKeyRef());
                }
            }
            for (EnvFrom source : envFrom) {
                whole(Kind.Secret, source.secretRef());
                whole(Kind.ConfigMap, source.configMapRef());
            }
        }

        void files(Kind kind, @Nullable KeyFiles files) {
            if (files != null && !files.isOptional()) {
                Set<String> of = keys(kind, files.name());
                files.items().stream().map(KeyPath::key).forEach(of::add);
            }
        }

        private void key(Kind kind, @Nullable KeyRef ref) {
            if (ref != null && !ref.isOptional()) {
                keys(kind, ref.name()).add(ref.key());
            }
        }

        private void whole(Kind kind, @Nullable ObjectRef ref) {
            if (ref != null && !ref.isOptional()) {
                keys(kind, ref.name());
            }
        }

        private Set<String> keys(Kind kind, String name) {
            return keys.computeIfAbsent(kind, any -> new LinkedHashMap<>())
                    .computeIfAbsent(name, any -> new TreeSet<>());
        }
    }
}
