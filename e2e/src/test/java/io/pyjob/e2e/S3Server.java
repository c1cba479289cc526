package io.pyjob.e2e;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real S3 server, versitygw, with one bucket, {@code lake}; its objects are files. */
public final class S3Server implements AutoCloseable {
    public static final String ID = "lakekey";
    public static final String SECRET = "a-lake-secret";

    private final TestServer server;
    private final Path lake;
    private final String address;

    private S3Server(TestServer server, Path lake, String address) {
        this.server = server;
        this.lake = lake;
        this.address = address;
    }

    /** Starts one at an address of this machine; skips the test, with the reason, where the program is not there. */
    public static S3Server start(String host) {
        Path program = TestServer.program("versitygw").orElse(null);
        if (program == null) {
            System.err.println("TESTS WITH S3 ARE SKIPPED: there is no versitygw on the PATH;"
                    + " go install github.com/versity/versitygw/cmd/versitygw@v1.8.0");
            return abort("there is no versitygw on the PATH");
        }
        Path folder = TestServer.newFolder();
        int port = FreePort.find();
        try {
            Path data = folder.resolve("data");
            Path lake = Files.createDirectories(data.resolve("lake"));
            TestServer server = TestServer.start(
                    folder,
                    List.of(program.toString(), "--port", host + ':' + port, "posix", data.toString()),
                    Map.of("ROOT_ACCESS_KEY", ID, "ROOT_SECRET_KEY", SECRET),
                    host,
                    port);
            return new S3Server(server, lake, "http://" + host + ':' + port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String address() {
        return address;
    }

    /** How many objects there are whose names begin and end so. */
    public long count(String prefix, String suffix) {
        try (Stream<Path> files = Files.walk(lake)) {
            return files.map(file -> lake.relativize(file).toString())
                    .filter(name -> name.startsWith(prefix) && name.endsWith(suffix))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
