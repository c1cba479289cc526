package io.pyjob.e2e;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A real PostgreSQL, with one user, {@code pyjob}, and its password. */
public final class Postgres implements AutoCloseable {
    public static final String PASSWORD = "a-database-password";

    private final TestServer server;
    private final Path bin;
    private final String host;
    private final int port;

    private Postgres(TestServer server, Path bin, String host, int port) {
        this.server = server;
        this.bin = bin;
        this.host = host;
        this.port = port;
    }

    /** Starts one at an address of this machine; skips the test, with the reason, where it is not installed. */
    public static Postgres start(String host) {
        Optional<Path> bin = bin();
        if (bin.isEmpty()) {
            System.err.println("TESTS WITH POSTGRESQL ARE SKIPPED: it is not installed; apt-get install postgresql");
            return abort("PostgreSQL is not installed");
        }
        Path folder = TestServer.newFolder();
        int port = FreePort.find();
        try {
            Path password = Files.writeString(folder.resolve("password"), PASSWORD);
            List<String> user = List.of();
            if (System.getProperty("user.name").equals("root")) { // for whom it does not run
                TestServer.run(Map.of(), "chown", "-R", "postgres", folder.toString());
                user = List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--");
            }
            String data = folder.resolve("db").toString();
            List<String> init = new ArrayList<>(user);
            init.addAll(
                    List.of(bin.get().resolve("initdb").toString(), "-D", data, "-U", "pyjob", "-A", "scram-sha-256"));
            init.addAll(List.of("--pwfile=" + password, "--no-sync", "--no-locale", "-E", "UTF8"));
            TestServer.run(Map.of(), init.toArray(String[]::new));
            TestServer.run(Map.of(), "sh", "-c", "echo 'host all all all scram-sha-256' >>" + data + "/pg_hba.conf");
            List<String> command = new ArrayList<>(user);
            command.addAll(List.of(bin.get().resolve("postgres").toString(), "-D", data, "-h", host));
            command.addAll(List.of("-p", Integer.toString(port), "-k", folder.toString(), "-c", "fsync=off"));
            return new Postgres(TestServer.start(folder, command, Map.of(), host, port), bin.get(), host, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Debian's are not on the PATH. */
    private static Optional<Path> bin() {
        Path versions = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(versions)) {
            try (Stream<Path> all = Files.list(versions)) {
                Optional<Path> found = all.map(version -> version.resolve("bin"))
                        .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                        .findFirst();
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return TestServer.program("initdb").map(Path::getParent);
    }

    /** For Spark. */
    public String url() {
        return "jdbc:postgresql://" + host + ':' + port + "/postgres";
    }

    /** The file from which its driver for Java takes the password. */
    public String passwordFile() {
        return host + ':' + port + ":postgres:pyjob:" + PASSWORD + '\n';
    }

    /** What a statement answers, a line for each row. */
    public String ask(String statement) {
        String psql = bin.resolve("psql").toString();
        return TestServer.run(
                Map.of("PGPASSWORD", PASSWORD),
                psql,
                "-h",
                host,
                "-p",
                Integer.toString(port),
                "-U",
                "pyjob",
                "-d",
                "postgres",
                "-qtAc",
                statement);
    }

    /** A table {@code words} of a hundred rows. */
    public void fill() {
        ask("CREATE TABLE words AS SELECT id, 'word ' || id AS word FROM generate_series(0, 99) id");
    }

    @Override
    public void close() {
        server.close();
    }
}
