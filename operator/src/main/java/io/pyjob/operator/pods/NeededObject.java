package io.pyjob.operator.pods;

import io.pyjob.api.EnvFrom;
import io.pyjob.api.EnvSource;
import io.pyjob.api.EnvVariable;
import io.pyjob.api.KeyFiles;
import io.pyjob.api.KeyPath;
import io.pyjob.api.KeyRef;
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
public record NeededObject(Kind kind, String name, Set<String> keys) {
    /** What it is; the name is Kubernetes' own. */
    public enum Kind {
        Secret,
        ConfigMap
    }

    /** All that the variables and volumes of {@code job} name, each once, but for what they can do without. */
    public static List<NeededObject> of(PyJob job) {
        Collected collected = new Collected();
        PyJobSpec spec = job.getSpec();
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
            keys.forEach((kind, names) -> names.forEach((name, of) -> all.add(new NeededObject(kind, name, of))));
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
