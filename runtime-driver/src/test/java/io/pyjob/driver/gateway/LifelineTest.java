package io.pyjob.driver.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifelineTest {
    @TempDir
    Path temp;

    private Path socket;
    private Lifeline lifeline;
    private final AtomicBoolean connected = new AtomicBoolean();

    @BeforeEach
    void listen() throws IOException {
        socket = temp.resolve("driver.sock");
        Files.writeString(socket, "left by an earlier JVM");
        lifeline = Lifeline.listen(socket);
    }

    @AfterEach
    void close() throws IOException {
        lifeline.close();
    }

    private CompletableFuture<ScriptEnd> end() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return lifeline.await(() -> connected.set(true));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static void say(SocketChannel script, String words) throws IOException {
        script.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void onlyTheOwnerMayConnect() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    @Test
    void theScriptsExitIsHeardAtOnceAndInPieces() throws Exception {
        CompletableFuture<ScriptEnd> end = end();
        try (SocketChannel script = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            say(script, "EXIT ");
            say(script, "3\n");

            assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo(new ScriptEnd.Exited(3));
            assertThat(connected).isTrue();
        }
    }

    @Test
    void aConnectionThatBreaksWithoutAWordIsAScriptThatWasKilled() throws Exception {
        CompletableFuture<ScriptEnd> end = end();
        try (SocketChannel script = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            assertThat(end).isNotDone();
            say(script, "EX");
        }

        assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo(new ScriptEnd.Lost());
    }
}
