package io.pyjob.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pyjob.api.ConfigMapKey;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.ScriptSource;
import io.pyjob.api.manifest.Fault;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the script comes from when there is no cluster to ask. */
final class LocalScript {
    private LocalScript() {}

    /**
     * Takes a script that the manifest's own ConfigMaps hold into the job.
     *
     * @return what is wrong, if the script is where only a cluster can get it from
     */
    static Optional<Fault> settle(PyJob job, List<ObjectNode> configMaps) {
        ScriptSource script = job.getSpec().script();
        return script.configMap() == null ? Optional.empty() : inlined(job, script.configMap(), configMaps);
    }

    private static Optional<Fault> inlined(PyJob job, ConfigMapKey wanted, List<ObjectNode> configMaps) {
        Optional<ObjectNode> found = configMaps.stream()
                .filter(map -> isIt(map, wanted, job.getMetadata().getNamespace()))
                .findFirst();
        if (found.isEmpty()) {
            return fault("there are no ConfigMaps on this machine: put \"" + wanted.name()
                    + "\" into the manifest, after a line of ---, or use script.path");
        }
        JsonNode text = found.get().path("data").path(wanted.key());
        if (!text.isTextual()) {
            return fault("the manifest's ConfigMap \"" + wanted.name() + "\" has no text under the key \""
                    + wanted.key() + '"');
        }
        PyJobSpec spec = job.getSpec();
        job.setSpec(new PyJobSpec(
                new ScriptSource(text.asText(), null, null, null),
                spec.args(),
                spec.python(),
                spec.driver(),
                spec.executors(),
                spec.conf()));
        return Optional.empty();
    }

    private static boolean isIt(ObjectNode map, ConfigMapKey wanted, @Nullable String namespace) {
        JsonNode metadata = map.path("metadata");
        String own = namespace == null ? "default" : namespace;
        return metadata.path("name").asText().equals(wanted.name())
                && metadata.path("namespace").asText(own).equals(own);
    }

    private static Optional<Fault> fault(String message) {
        return Optional.of(new Fault("spec.script.configMap", message));
    }
}
