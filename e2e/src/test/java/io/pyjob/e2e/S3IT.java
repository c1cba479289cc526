package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Spark reads and writes a real S3 server, with credentials that only JVM containers have. */
@Tag("third-party")
class S3IT {
    /** Of all runs, since there is much to fetch; not below /tmp, of which a container in a box has its own. */
    private static final Path IVY = PyJob.PROJECT.resolve("e2e/target/ivy");

    private static @Nullable S3Server s3;

    @BeforeAll
    static void start() {
        s3 = S3Server.start("127.0.0.1");
    }

    @AfterAll
    static void stop() {
        if (s3 != null) {
            s3.close();
        }
    }

    private static String address() {
        return Objects.requireNonNull(s3).address();
    }

    private PyJob.Ended run(PyJob pyjob, String secret, String endpoint, String lake) throws IOException {
        pyjob.script("lake.py");
        Path keys = Files.createDirectory(pyjob.work().resolve("keys"));
        Files.writeString(keys.resolve("id"), S3Server.ID);
        Files.writeString(keys.resolve("secret"), secret);
        pyjob.write(
                "job.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: lake}",
                "spec:",
                "  script: {path: lake.py}",
                "  args: [\"" + lake + "\"]",
                "  jvm:",
                "    env:",
                "      - {name: LAKE_ID, valueFrom: {secretKeyRef: {name: lake, key: id}}}",
                "      - {name: LAKE_SECRET, valueFrom: {secretKeyRef: {name: lake, key: secret}}}",
                "  executors: {instances: 1}",
                "  conf:",
                "    spark.jars.ivy: " + IVY,
                "    spark.jars.packages: org.apache.hadoop:hadoop-aws:3.5.0,software.amazon.awssdk:s3:2.35.4,"
                        + "software.amazon.awssdk:s3-transfer-manager:2.35.4,software.amazon.awssdk:sts:2.35.4",
                "    spark.jars.excludes: software.amazon.awssdk:bundle",
                "    spark.hadoop.fs.s3a.endpoint: " + endpoint,
                "    spark.hadoop.fs.s3a.endpoint.region: us-east-1",
                "    spark.hadoop.fs.s3a.path.style.access: \"true\"",
                "    spark.hadoop.fs.s3a.access.key: ${env.LAKE_ID}",
                "    spark.hadoop.fs.s3a.secret.key: ${env.LAKE_SECRET}");
        PyJob.Ended run = pyjob.runJob("--secret=lake=keys", "job.yaml");
        Reach.skipIfNone("S3IT", run);
        return run;
    }

    @Test
    void filesAreWrittenAndReadAndPythonHasNoCredentials() throws IOException {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            PyJob.Ended run = run(pyjob, S3Server.SECRET, address(), "s3a://lake/one");
            assertThat(run.out()).as(Runs.describe(run)).isEqualTo("""
                    parquet 1000 332833500
                    csv [('0', '0'), ('1', '1'), ('2', '4')]
                    python knows False False
                    """);
            assertThat(run.code()).isZero();
            assertThat(Objects.requireNonNull(s3).count("one/numbers/part-", ".parquet"))
                    .isEqualTo(4);
            assertThat(Objects.requireNonNull(s3).count("one/few/", "_SUCCESS")).isEqualTo(1);
            Runs.assertNothingLeft(pyjob);
        }
    }

    @Test
    void aWrongSecretIsTold() throws IOException {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            PyJob.Ended run = run(pyjob, "wrong", address(), "s3a://lake/two");
            assertThat(run.code()).as(Runs.describe(run)).isEqualTo(1);
            assertThat(run.err()).contains("failed after", "AccessDeniedException: s3a://lake/two", "Status Code: 403");
        }
    }

    @Test
    void anAbsentBucketIsTold() throws IOException {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            PyJob.Ended run = run(pyjob, S3Server.SECRET, address(), "s3a://nosuch/x");
            assertThat(run.code()).as(Runs.describe(run)).isEqualTo(1);
            assertThat(run.err()).contains("failed after", "The specified bucket does not exist");
        }
    }

    @Test
    void aServerThatIsNotThereIsTold() throws IOException {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            PyJob.Ended run = run(pyjob, S3Server.SECRET, "http://127.0.0.1:" + FreePort.find(), "s3a://lake/three");
            assertThat(run.code()).as(Runs.describe(run)).isEqualTo(1);
            assertThat(run.err()).contains("failed after", "Connection refused");
        }
    }
}
