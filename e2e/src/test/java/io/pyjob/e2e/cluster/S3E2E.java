package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pyjob.e2e.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pods read and write a real S3 server on this machine, with the runtime image for it and credentials from a Secret. */
@OnCluster
final class S3E2E {
    private static @Nullable S3Server s3;

    /** The runtime image that the operator had. */
    private static @Nullable String before;

    private final TestNamespace namespace;

    S3E2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeAll
    static void start(TestNamespace namespace) {
        Optional<String> image = Cluster.s3Image();
        if (image.isEmpty()) {
            System.err.println("S3E2E IS SKIPPED: PYJOB_E2E_S3_IMAGE names no runtime image with S3");
        }
        assumeTrue(image.isPresent(), "PYJOB_E2E_S3_IMAGE names no runtime image with S3");
        s3 = S3Server.start(Cluster.addressForPods());
        before = Operator.runsIn(image.get());
        namespace.applyObjects("""
                apiVersion: v1
                kind: Secret
                metadata: {name: lake, labels: {app.kubernetes.io/part-of: pyjob-e2e}}
                stringData: {AWS_ACCESS_KEY_ID: %s, AWS_SECRET_ACCESS_KEY: %s}
                """.formatted(S3Server.ID, S3Server.SECRET));
    }

    @AfterAll
    static void stop(TestNamespace namespace) {
        if (before != null) {
            Operator.runsIn(before);
        }
        if (s3 != null) {
            s3.close();
            namespace.kubectl("delete", "secret", "lake", "--ignore-not-found").ok();
        }
    }

    static String script(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(S3E2E.class.getResourceAsStream("/scripts/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void filesAreWrittenAndReadAndPythonHasNoCredentials() throws IOException {
        S3Server server = Objects.requireNonNull(s3);
        Job job = namespace.run("lake", script("lake.py"), """
                args: ["s3a://lake/one"]
                jvm: {envFrom: [{secretRef: {name: lake}}]}
                executors: {instances: 2}
                logs: {directory: "s3a://lake/logs/"}
                conf:
                  spark.hadoop.fs.s3a.endpoint: %s
                  spark.hadoop.fs.s3a.endpoint.region: us-east-1
                  spark.hadoop.fs.s3a.path.style.access: "true"
                """.formatted(server.address()));

        assertThat(job.succeeds()).isEqualTo("""
                parquet 1000 332833500
                csv [('0', '0'), ('1', '1'), ('2', '4')]
                python knows False False
                """);
        assertThat(server.count("one/numbers/part-", ".parquet")).isEqualTo(4);
        assertThat(job.log(job.driver(), "jvm")).doesNotContain("start-up archive", "cannot be copied");
        assertThat(server.count("logs/lake-1-", "/driver/python-000001.log"))
                .as("copies of what the script has written")
                .isEqualTo(1);
        assertThat(server.count("logs/lake-1-", "/jvm-000001.log"))
                .as("copies of what the JVMs have written")
                .isEqualTo(3);
    }
}
