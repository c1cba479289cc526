package io.pyjob.e2e;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real registry of images (Distribution, as Debian packs it) at this machine's loopback, which asks for a password. */
public final class Registry implements AutoCloseable {
    public static final String USER = "puller";
    public static final String PASSWORD = "a-pull-password";

    /** bcrypt of {@link #PASSWORD}: the only kind of hash that the registry takes. */
    private static final String HASH = "$2b$05$QhoSgcL3LUa5aw.2uzDIDub/9kbmYmvTemKKcY1dt8zP8hcgFToQq";

    private final TestServer server;
    private final String address;

    private Registry(TestServer server, String address) {
        this.server = server;
        this.address = address;
    }

    /** Starts one; skips the test, with the reason, where it or buildah is not there. */
    public static Registry start() {
        Optional<Path> program = TestServer.program("docker-registry");
        if (program.isEmpty() || TestServer.program("buildah").isEmpty()) {
            System.err.println("TESTS WITH A REGISTRY ARE SKIPPED: apt-get install docker-registry buildah");
            return abort("there is no docker-registry, or no buildah, on the PATH");
        }
        Path folder = TestServer.newFolder();
        int port = FreePort.find();
        String address = "127.0.0.1:" + port;
        try {
            Path passwords = Files.writeString(folder.resolve("htpasswd"), USER + ":" + HASH + "\n");
            Path settings = Files.writeString(
                    folder.resolve("config.yml"), """
                    version: 0.1
                    log: {accesslog: {disabled: true}}
                    storage: {filesystem: {rootdirectory: %s}}
                    http: {addr: "%s"}
                    auth: {htpasswd: {realm: images, path: %s}}
                    """.formatted(folder.resolve("images"), address, passwords));
            List<String> command = List.of(program.get().toString(), "serve", settings.toString());
            return new Registry(TestServer.start(folder, command, Map.of(), "127.0.0.1", port), address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has an image of buildah's as {@code name}; what to pull it as. */
    public String push(String image, String name) {
        String reference = address + '/' + name;
        // Uncompressed: a compressed one takes longer than all else, and nobody is far away.
        TestServer.run(
                Map.of(),
                "buildah",
                "push",
                "--quiet",
                "--disable-compression",
                "--tls-verify=false",
                "--creds=" + USER + ':' + PASSWORD,
                image,
                "docker://" + reference);
        return reference;
    }

    public String address() {
        return address;
    }

    @Override
    public void close() {
        server.close();
    }
}
