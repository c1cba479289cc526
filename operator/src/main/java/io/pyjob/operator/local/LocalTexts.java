package io.pyjob.operator.local;

import io.pyjob.api.ConfigMapKey;
import io.pyjob.api.ConfigMapSource;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.PythonSpec;
import io.pyjob.api.ScriptSource;
import java.util.ArrayList;
import java.util.List;

/** Takes what the manifest's own ConfigMaps hold of script and requirements into the job, as no cluster would mount it. */
final class LocalTexts {
    private LocalTexts() {}

    /** {@code objects} have all that the job names, see {@link LocalReferences}. */
    static void settle(PyJob job, LocalObjects objects) {
        PyJobSpec spec = job.getSpec();
        job.setSpec(spec.with(script(spec.script(), objects), python(spec.python(), objects)));
    }

    private static ScriptSource script(ScriptSource script, LocalObjects objects) {
        ConfigMapKey map = script.configMap();
        return map == null ? script : new ScriptSource(text(map, objects), null, null, null);
    }

    private static PythonSpec python(PythonSpec python, LocalObjects objects) {
        List<String> requirements = new ArrayList<>(python.requirements());
        ConfigMapSource file = python.requirementsFrom();
        if (file != null) {
            text(file.configMap(), objects).lines().forEach(requirements::add);
        }
        return python.withoutCluster(requirements);
    }

    private static String text(ConfigMapKey key, LocalObjects objects) {
        return LocalObjects.text(objects.configMaps(), key.name(), key.key()).orElseThrow();
    }
}
