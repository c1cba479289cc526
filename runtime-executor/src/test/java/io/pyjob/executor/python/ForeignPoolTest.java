package io.pyjob.executor.python;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else's process listens where the pool should. Only root can make one. */
class ForeignPoolTest {
    private static final String LISTEN = """
            import socket, sys, time
            server = socket.socket(socket.AF_UNIX)
            server.bind(sys.argv[1])
            import os
            os.chmod(sys.argv[1], 0o777)
            server.listen()
            time.sleep(60)
            """;

    @TempDir
    Path temp;

    @Test
    void aSocketOfAnotherUsersProcessIsRefused() throws IOException {
        assumeTrue(
                Files.getOwner(temp).getName().equals("root") && Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "needs root and setpriv");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path socket = temp.resolve("worker.sock");
        Process stranger = new ProcessBuilder(
                        "/usr/bin/setpriv",
                        "--reuid=65534",
                        "--clear-groups",
                        "/usr/bin/python3",
                        "-c",
                        LISTEN,
                        socket.toString())
                .inheritIO()
                .start();
        try {
            await().until(() -> Files.exists(socket));
            assertThatThrownBy(() -> connect(socket))
                    .isInstanceOf(PoolException.class)
                    .hasMessageContaining("nobody")
                    .hasMessageContaining("Both containers must run as one user");
        } finally {
            stranger.destroyForcibly();
        }
    }

    private static void connect(Path socket) throws IOException {
        new PoolConnection(socket, Duration.ofSeconds(2)).close();
    }
}
