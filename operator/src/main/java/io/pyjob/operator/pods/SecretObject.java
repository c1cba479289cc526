package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.pyjob.api.PyJob;
import java.util.Map;
import java.util.TreeMap;

/** The job's secrets. Only JVM containers mount them. */
public final class SecretObject {
    /** The key of the secret that authenticates Spark's own connections. */
    public static final String SPARK_SECRET = "spark-secret";

    /** The key of the token that authenticates the driver's reports. */
    public static final String REPORT_TOKEN = "report-token";

    private SecretObject() {}

    public static Secret of(PyJob job, FreshSecrets fresh) {
        return new SecretBuilder()
                .withMetadata(OwnedMetadata.of(job, JobNames.of(job).secret(), Labels.of(job)))
                .withType("Opaque")
                // Pods read it once, at their start: the kubelet need not watch it.
                .withImmutable(true)
                .withStringData(
                        new TreeMap<>(Map.of(SPARK_SECRET, fresh.sparkSecret(), REPORT_TOKEN, fresh.reportToken())))
                .build();
    }
}
