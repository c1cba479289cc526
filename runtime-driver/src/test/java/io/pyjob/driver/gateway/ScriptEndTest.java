package io.pyjob.driver.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptEndTest {
    @Test
    void anExitCodeIsRead() {
        assertThat(ScriptEnd.parse("EXIT 0\n")).isEqualTo(new ScriptEnd.Exited(0));
        assertThat(ScriptEnd.parse("EXIT 137\n").description()).isEqualTo("the script ended with exit code 137");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "EXIT", "EXIT 1", "EXIT \n", "EXIT x\n", "EXIT 1\nmore", "exit 1\n", "EXIT 99999\n"})
    void anythingElseIsNoExit(String words) {
        assertThat(ScriptEnd.parse(words)).isEqualTo(new ScriptEnd.Lost());
    }
}
