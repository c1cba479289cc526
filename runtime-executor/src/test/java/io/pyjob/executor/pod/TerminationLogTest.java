package io.pyjob.executor.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminationLogTest {
    @TempDir
    Path temp;

    @Test
    void theLatestMessageWins() {
        TerminationLog log = new TerminationLog(temp.resolve("log"));

        log.write("first and longer");
        log.write("second");

        assertThat(log.file()).hasContent("second");
    }

    @Test
    void aStartFailureSpeaksForItself() {
        assertThat(TerminationLog.describe(new StartFailure("the port is taken", new RuntimeException("x"))))
                .isEqualTo("the port is taken");
    }

    @Test
    void anythingElseComesWithItsStack() {
        assertThat(TerminationLog.describe(new IllegalStateException("what")).lines())
                .first()
                .isEqualTo("java.lang.IllegalStateException: what");
    }

    @Test
    void aLongMessageIsCutBetweenCharacters() {
        byte[] cut = TerminationLog.cut("x" + "ä".repeat(3000));

        assertThat(cut).hasSize(4095);
        assertThat(new String(cut, StandardCharsets.UTF_8)).endsWith("ä").doesNotContain("\uFFFD");
    }

    @Test
    void aLogThatCannotBeWrittenIsNoFailureOfItsOwn() {
        new TerminationLog(temp.resolve("no/such/folder")).write("message");

        assertThat(temp.resolve("no")).doesNotExist();
    }

    @Test
    void itIsWhereTheEnvironmentSays() {
        assertThat(TerminationLog.of(new Environment(Map.of())))
                .hasToString("TerminationLog[file=/dev/termination-log]");
        assertThat(TerminationLog.of(new Environment(Map.of("PYJOB_TERMINATION_LOG", "/x")))
                        .file())
                .isEqualTo(Path.of("/x"));
    }
}
