package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.pyjob.api.PyJob;
import java.util.Map;
import java.util.TreeMap;

/** What the driver reads at its start: Spark's settings, and the script where the manifest holds it. */
public final class ConfigMapObject {
    static final String SPARK_PROPERTIES = "spark.properties";
    static final String SCRIPT = "script.py";

    private ConfigMapObject() {}

    /** That of an installation that has nothing for looking at jobs. */
    public static ConfigMap of(PyJob job) {
        return of(job, UiSettings.NONE);
    }

    public static ConfigMap of(PyJob job, UiSettings settings) {
        return new ConfigMapBuilder()
                .withMetadata(OwnedMetadata.of(job, JobNames.of(job).configMap(), Labels.of(job)))
                // Pods read it once, at their start: the kubelet need not watch it, and an edit of the PyJob cannot
                // give half of its pods other settings.
                .withImmutable(true)
                .withData(data(job, settings))
                .build();
    }

    private static Map<String, String> data(PyJob job, UiSettings settings) {
        Map<String, String> data = new TreeMap<>();
        SparkProperties properties =
                SparkProperties.of(job).with(EventLog.settings(job, settings)).with(SparkUi.settings(job, settings));
        data.put(SPARK_PROPERTIES, properties.text());
        String inline = job.getSpec().script().inline();
        if (inline != null) {
            data.put(SCRIPT, inline);
        }
        return data;
    }
}
