package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Spark reads and writes a real PostgreSQL, with a password that only JVM containers have. */
@Tag("third-party")
class JdbcIT {
    @Test
    void tablesAreReadInPartsAndWrittenAndPythonHasNoPassword() throws IOException {
        try (Postgres postgres = Postgres.start("127.0.0.1");
                PyJob pyjob = PyJob.inNewFolder()) {
            postgres.fill();
            pyjob.script("database.py");
            Path keys = Files.createDirectory(pyjob.work().resolve("keys"));
            Files.writeString(keys.resolve("pgpass"), postgres.passwordFile());
            Files.writeString(keys.resolve("password"), Postgres.PASSWORD);
            pyjob.write(
                    "job.yaml",
                    "apiVersion: pyjob.io/v1alpha1",
                    "kind: PyJob",
                    "metadata: {name: database}",
                    "spec:",
                    "  script: {path: database.py}",
                    "  args: [\"" + postgres.url() + "\"]",
                    "  jvm:",
                    "    env:",
                    "      - {name: PGPASSFILE, value: /secrets/database/pgpass}",
                    "      - {name: DB_PASSWORD, pods: [driver], valueFrom: {secretKeyRef: {name: database, key: password}}}",
                    "  volumes:",
                    "    - {name: database, mountPath: /secrets/database, secret: {name: database}}",
                    "  executors: {instances: 1}",
                    "  conf:",
                    "    spark.jars.ivy: " + PyJob.PROJECT.resolve("e2e/target/ivy"),
                    "    spark.jars.packages: org.postgresql:postgresql:42.7.8");

            PyJob.Ended run = pyjob.runJob("--secret=database=keys", "job.yaml");

            Reach.skipIfNone("JdbcIT", run);
            assertThat(run.out()).as(Runs.describe(run)).isEqualTo("""
                    read 100 in 4 parts
                    [(0, 'WORD 0'), (10, 'WORD 10'), (20, 'WORD 20')]
                    python knows False False
                    """);
            assertThat(run.code()).isZero();
            assertThat(postgres.ask("SELECT count(*), max(word) FROM loud").strip())
                    .isEqualTo("10|WORD 90");
            Runs.assertNothingLeft(pyjob);
        }
    }
}
