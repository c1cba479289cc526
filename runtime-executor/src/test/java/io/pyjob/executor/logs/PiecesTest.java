package io.pyjob.executor.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PiecesTest {
    @TempDir
    Path folder;

    private void write(String piece, String text) throws IOException {
        Files.writeString(folder.resolve(piece), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String take(Pieces pieces) throws IOException {
        byte[] data = pieces.next();
        pieces.copied(data.length);
        return new String(data, StandardCharsets.UTF_8);
    }

    private List<String> there() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void thereIsNothingBeforeTheContainerBegins() throws IOException {
        assertThat(new Pieces(folder.resolve("none"), "python").next()).isEmpty();
        assertThat(new Pieces(folder, "python").next()).isEmpty();
    }

    @Test
    void eachByteIsGivenOnceAndWhatIsCopiedIsDeleted() throws IOException {
        Pieces pieces = new Pieces(folder, "python");
        write("python.000001", "one\n");
        assertThat(take(pieces)).isEqualTo("one\n");
        assertThat(take(pieces)).isEmpty();
        write("python.000001", "two\n");
        write("python.000002", "three\n");
        assertThat(take(pieces)).isEqualTo("two\n");
        assertThat(take(pieces)).isEqualTo("three\n");
        assertThat(there()).containsExactly("python.000002");
        assertThat(take(pieces)).isEmpty();
    }

    @Test
    void whatIsNotCopiedIsGivenAgain() throws IOException {
        Pieces pieces = new Pieces(folder, "python");
        write("python.000007", "one\n");
        assertThat(pieces.next()).isEqualTo(pieces.next()).hasSize(4);
        pieces.copied(1);
        assertThat(take(pieces)).isEqualTo("ne\n");
    }

    @Test
    void muchIsGivenBitByBit() throws IOException {
        Pieces pieces = new Pieces(folder, "python");
        write("python.000001", "x".repeat(LogSource.MOST + 5));
        assertThat(take(pieces)).hasSize(LogSource.MOST);
        assertThat(take(pieces)).isEqualTo("xxxxx");
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Pieces pieces = new Pieces(folder, "python");
        write("secret", "of the JVM only");
        Files.createSymbolicLink(folder.resolve("python.000001"), folder.resolve("secret"));
        write("python.000002", "said\n");
        assertThat(take(pieces)).isEqualTo("said\n");
        assertThat(take(pieces)).isEmpty();
    }

    @Test
    void otherFilesAreNoPieces() throws IOException {
        Pieces pieces = new Pieces(folder, "python");
        write("pythons.000001", "no");
        write("python.log", "no");
        assertThat(pieces.next()).isEmpty();
        assertThat(pieces.areAll()).isFalse();
        write("python.end", "");
        assertThat(pieces.next()).isEmpty();
        assertThat(pieces.areAll()).isTrue();
    }
}
