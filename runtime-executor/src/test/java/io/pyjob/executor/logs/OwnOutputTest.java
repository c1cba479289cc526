package io.pyjob.executor.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class OwnOutputTest {
    private final ByteArrayOutputStream container = new ByteArrayOutputStream();
    private final OwnOutput output = new OwnOutput();
    private final PrintStream printed = new PrintStream(
            output.beside(new PrintStream(container, true, StandardCharsets.UTF_8)), true, StandardCharsets.UTF_8);

    private String take() {
        byte[] data = output.next();
        output.copied(data.length);
        return new String(data, StandardCharsets.UTF_8);
    }

    @Test
    void whatIsPrintedGoesOnAndIsHeldOnce() {
        printed.println("größer");
        printed.write('x');
        assertThat(container.toString(StandardCharsets.UTF_8)).isEqualTo("größer\nx");
        assertThat(take()).isEqualTo("größer\nx");
        assertThat(take()).isEmpty();
        printed.print("y");
        assertThat(take()).isEqualTo("y");
    }

    @Test
    void whatIsNotCopiedIsGivenAgain() {
        printed.print("abc");
        assertThat(output.next()).hasSize(3);
        output.copied(1);
        assertThat(take()).isEqualTo("bc");
    }

    @Test
    void whatNobodyCopiesIsLeftOutAndCounted() {
        String line = "x".repeat(1023) + "\n";
        for (int i = 0; i < 5000; i++) {
            printed.print(line);
        }
        assertThat(container.size()).isEqualTo(5000 * 1024);
        int held = 0;
        for (String some = take(); !some.isEmpty(); some = take()) {
            held += some.length();
        }
        printed.println("after");
        assertThat(held).isEqualTo(4096 * 1024);
        assertThat(take())
                .isEqualTo("[pyjob] " + (5000 - 4096) * 1024
                        + " bytes are missing here: they were not copied in time\nafter\n");
    }
}
