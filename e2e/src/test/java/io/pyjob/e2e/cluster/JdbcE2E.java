package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.pyjob.e2e.Postgres;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pods read and write a real PostgreSQL on this machine; and get the driver's jar from it, too: none needs the internet. */
@OnCluster
final class JdbcE2E {
    private static final String VERSION = "42.7.8";

    private final TestNamespace namespace;

    JdbcE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    /** As JdbcIT, or Maven, has left it on this machine. */
    private static Optional<Path> jar() {
        Path jar = Path.of(
                System.getProperty("user.home"),
                ".m2/repository/org/postgresql/postgresql",
                VERSION,
                "postgresql-" + VERSION + ".jar");
        return Optional.of(jar).filter(Files::isReadable);
    }

    @Test
    void tablesAreReadInPartsAndWrittenAndPythonHasNoPassword() throws IOException {
        Optional<Path> jar = jar();
        if (jar.isEmpty()) {
            System.err.println(
                    "JdbcE2E IS SKIPPED: mvn dependency:get -Dartifact=org.postgresql:postgresql:" + VERSION);
        }
        assumeTrue(jar.isPresent(), "PostgreSQL's driver is not in Maven's repository of this machine");
        String host = Cluster.addressForPods();
        HttpServer server = HttpServer.create(new InetSocketAddress(host, 0), 0);
        byte[] bytes = Files.readAllBytes(jar.orElseThrow());
        server.createContext("/postgresql.jar", exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try (Postgres postgres = Postgres.start(host)) {
            postgres.fill();
            namespace.applyObjects("""
                    apiVersion: v1
                    kind: Secret
                    metadata: {name: database, labels: {app.kubernetes.io/part-of: pyjob-e2e}}
                    data: {pgpass: %s, password: %s}
                    """.formatted(base64(postgres.passwordFile()), base64(Postgres.PASSWORD)));
            Job job = namespace.run("database", S3E2E.script("database.py"), """
                    args: ["%s"]
                    jvm:
                      env:
                        - {name: PGPASSFILE, value: /secrets/database/pgpass}
                        - {name: DB_PASSWORD, pods: [driver], valueFrom: {secretKeyRef: {name: database, key: password}}}
                    volumes:
                      - {name: database, mountPath: /secrets/database, secret: {name: database}}
                    executors: {instances: 2}
                    conf: {spark.jars: "http://%s:%d/postgresql.jar"}
                    """.formatted(
                            postgres.url(), host, server.getAddress().getPort()));

            assertThat(job.succeeds()).isEqualTo("""
                    read 100 in 4 parts
                    [(0, 'WORD 0'), (10, 'WORD 10'), (20, 'WORD 20')]
                    python knows False False
                    """);
            assertThat(postgres.ask("SELECT count(*), max(word) FROM loud").strip())
                    .isEqualTo("10|WORD 90");
        } finally {
            server.stop(0);
            namespace.kubectl("delete", "secret/database", "--ignore-not-found").ok();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
