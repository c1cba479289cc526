package io.pyjob.executor.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the pod's other container writes, which it leaves in pieces in the pod's volume: {@code python.000001} and so on. A piece
 * that is copied and followed by another is deleted.
 */
final class Pieces implements LogSource {
    private final Path folder;
    private final String name;
    private @Nullable Path piece;
    private long position;

    Pieces(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    /** Whether the container has said that there will be no more. */
    boolean areAll() {
        return Files.exists(folder.resolve(name + ".end"));
    }

    @Override
    public byte[] next() throws IOException {
        while (true) {
            List<Path> pieces = pieces();
            Path first = pieces.stream().findFirst().orElse(null);
            if (first == null) {
                return new byte[0];
            }
            if (!first.equals(piece)) {
                piece = first;
                position = 0;
            }
            // Read after the others were seen: so if there are others and nothing is left, nothing will come.
            byte[] data = read(first);
            if (data.length > 0 || pieces.size() == 1) {
                return data;
            }
            Files.delete(first);
        }
    }

    private byte[] read(Path from) throws IOException {
        // The folder is the script's to write to, too: a link there could lead to what only this JVM may read.
        try (SeekableByteChannel channel =
                Files.newByteChannel(from, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            channel.position(position);
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(MOST, Math.max(0, channel.size() - position)));
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
            return Arrays.copyOf(buffer.array(), buffer.position());
        }
    }

    private List<Path> pieces() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(this::isPiece).sorted().toList();
        }
    }

    private boolean isPiece(Path file) {
        String text = file.getFileName().toString();
        return text.startsWith(name + ".")
                && text.substring(name.length() + 1).matches("[0-9]+")
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void copied(int bytes) {
        position += bytes;
    }
}
