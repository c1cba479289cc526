package io.pyjob.driver.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTest {
    @TempDir
    Path temp;

    @Test
    void theConnectionFileHasPortLengthAndSecret() {
        ByteBuffer bytes = new ConnectionFile(0x01020304, "ab").encode();

        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        assertThat(all).containsExactly(1, 2, 3, 4, 0, 0, 0, 2, 'a', 'b');
    }

    @Test
    void theConnectionFileIsTheOwnersOnlyAndReplacesAnother() throws IOException {
        Path file = Files.writeString(temp.resolve("gateway"), "old");

        new ConnectionFile(1, "secret").write(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(temp).isDirectoryNotContaining(left -> !left.equals(file));
        assertThat(new ConnectionFile(1, "secret").toString()).doesNotContain("secret");
    }

    @Test
    void whoReadsTheFileIsLetInAndNobodyElse() throws IOException {
        Path file = temp.resolve("gateway");
        try (Gateway gateway = Gateway.start(new Object())) {
            gateway.announce(file);
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            int port = bytes.getInt();
            byte[] secret = new byte[bytes.getInt()];
            bytes.get(secret);

            assertThat(secret).hasSize(64);
            assertThat(answer(port, new String(secret, StandardCharsets.UTF_8))).isEqualTo("!yv");
            assertThat(answer(port, "0".repeat(64))).startsWith("!x");
        }
    }

    @Test
    void nothingListensOnceItIsClosed() throws IOException {
        Path file = temp.resolve("gateway");
        try (Gateway gateway = Gateway.start(new Object())) {
            gateway.announce(file);
        }
        int port = ByteBuffer.wrap(Files.readAllBytes(file)).getInt();

        assertThatThrownBy(() -> answer(port, "")).isInstanceOf(ConnectException.class);
    }

    /** Py4J's answer to its auth command. */
    private static String answer(int port, String secret) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(("A\n" + secret + "\n").getBytes(StandardCharsets.UTF_8));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            return line == null ? "" : line;
        }
    }
}
