package io.pyjob.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pyjob.api.ConfigMapKey;
import io.pyjob.api.ConfigMapSource;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.PythonSpec;
import io.pyjob.api.ScriptSource;
import io.pyjob.api.manifest.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the script and a file of requirements come from when there is no cluster to ask: the manifest's own ConfigMaps. */
final class LocalTexts {
    private final PyJob job;
    private final List<ObjectNode> configMaps;
    private final List<Fault> faults = new ArrayList<>();

    private LocalTexts(PyJob job, List<ObjectNode> configMaps) {
        this.job = job;
        this.configMaps = configMaps;
    }

    /**
     * Takes the texts that the manifest's own ConfigMaps hold into the job.
     *
     * @return what is wrong, if a text is where only a cluster can get it from
     */
    static List<Fault> settle(PyJob job, List<ObjectNode> configMaps) {
        LocalTexts texts = new LocalTexts(job, configMaps);
        PyJobSpec spec = job.getSpec();
        job.setSpec(spec.with(texts.script(spec.script()), texts.python(spec.python())));
        return texts.faults;
    }

    private ScriptSource script(ScriptSource script) {
        if (script.configMap() == null) {
            return script;
        }
        return text("spec.script.configMap", script.configMap(), "use script.path")
                .map(text -> new ScriptSource(text, null, null, null))
                .orElse(script);
    }

    private PythonSpec python(PythonSpec python) {
        List<String> requirements = new ArrayList<>(python.requirements());
        ConfigMapSource file = python.requirementsFrom();
        if (file != null) {
            text("spec.python.requirementsFrom.configMap", file.configMap(), "use python.requirements")
                    .ifPresent(text -> text.lines().forEach(requirements::add));
        }
        return python.withoutCluster(requirements);
    }

    private Optional<String> text(String path, ConfigMapKey wanted, String instead) {
        Optional<ObjectNode> found = configMaps.stream()
                .filter(map -> isIt(map, wanted.name(), job.getMetadata().getNamespace()))
                .findFirst();
        if (found.isEmpty()) {
            faults.add(new Fault(
                    path,
                    "there are no ConfigMaps on this machine: put \"" + wanted.name()
                            + "\" into the manifest, after a line of ---, or " + instead));
            return Optional.empty();
        }
        JsonNode text = found.get().path("data").path(wanted.key());
        if (!text.isTextual()) {
            faults.add(new Fault(
                    path,
                    "the manifest's ConfigMap \"" + wanted.name() + "\" has no text under the key \"" + wanted.key()
                            + '"'));
            return Optional.empty();
        }
        return Optional.of(text.asText());
    }

    /** Whether the manifest's ConfigMap is the one of that name, for a job of that namespace. */
    static boolean isIt(ObjectNode map, String wanted, @Nullable String namespace) {
        JsonNode metadata = map.path("metadata");
        String own = namespace == null ? "default" : namespace;
        return metadata.path("name").asText().equals(wanted)
                && metadata.path("namespace").asText(own).equals(own);
    }
}
