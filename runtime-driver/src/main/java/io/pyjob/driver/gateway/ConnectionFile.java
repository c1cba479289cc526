package io.pyjob.driver.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file that tells the script's side where the gateway is.
 *
 * <p>int32 port, int32 length, the secret in UTF-8, as PySpark itself expects of a gateway. It appears whole, or not at
 * all, and only our user may read it: whoever knows the secret can run any Java in this JVM.
 */
record ConnectionFile(int port, String secret) {

    void write(Path file) throws IOException {
        Path unfinished = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var channel = Files.newByteChannel(unfinished, Set.of(StandardOpenOption.WRITE))) {
            ByteBuffer bytes = encode();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    ByteBuffer encode() {
        byte[] text = secret.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 * Integer.BYTES + text.length)
                .putInt(port)
                .putInt(text.length)
                .put(text)
                .flip();
    }

    @Override
    public String toString() {
        return "gateway at port " + port;
    }
}
