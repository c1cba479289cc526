package io.pyjob.operator.pods;

import io.pyjob.api.PyJob;
import java.util.Map;

/** Spark's UI of a running job, which its driver has. */
public final class SparkUi {
    static final String ENABLED = "spark.ui.enabled";
    private static final String PORT = "spark.ui.port";
    private static final int DEFAULT_PORT = 4040;
    private static final int LAST_PORT = 65_535;

    private SparkUi() {}

    /** Where it listens, if it is on: Spark takes no other port, as spark.port.maxRetries is 0. */
    public static int port(PyJob job) {
        String text = job.getSpec().conf().getOrDefault(PORT, "");
        if (!text.matches("[1-9][0-9]{0,4}")) {
            return DEFAULT_PORT; // what is no port Spark refuses itself
        }
        int port = Integer.parseInt(text);
        return port > LAST_PORT ? DEFAULT_PORT : port;
    }

    /** Settings that follow from the installation; the job's own win. */
    static Map<String, String> settings(PyJob job, UiSettings settings) {
        return settings.onByDefault() && !job.getSpec().conf().containsKey(ENABLED)
                ? Map.of(ENABLED, "true")
                : Map.of();
    }
}
