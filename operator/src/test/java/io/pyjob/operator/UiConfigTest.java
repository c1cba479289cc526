package io.pyjob.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pyjob.operator.logs.LogSettings;
import io.pyjob.operator.ui.HistoryServers;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UiConfigTest {
    @Test
    void nothingIsRequired() throws InvalidConfig {
        assertThat(UiConfig.from(Map.of()))
                .isEqualTo(new UiConfig(8090, new HistoryServers("", Set.of()), false, LogSettings.of("json", "INFO")));
    }

    @Test
    void allCanBeSaid() throws InvalidConfig {
        Map<String, String> env = Map.of(
                "PYJOB_UI_PORT", "9000",
                "PYJOB_HISTORY_URL", "http://history.{namespace}.svc:18080",
                "PYJOB_HISTORY_NAMESPACES", "a,b",
                "PYJOB_SPARK_UI", "true",
                "PYJOB_LOG_FORMAT", "text",
                "PYJOB_LOG_LEVEL", "DEBUG");
        assertThat(UiConfig.from(env))
                .isEqualTo(new UiConfig(
                        9000,
                        new HistoryServers("http://history.{namespace}.svc:18080", Set.of("a", "b")),
                        true,
                        LogSettings.of("text", "DEBUG")));
    }

    @ParameterizedTest
    @CsvSource({"PYJOB_UI_PORT,0", "PYJOB_HISTORY_URL,https://x", "PYJOB_HISTORY_URL,http://x/y", "PYJOB_SPARK_UI,on"})
    void aFaultNamesItsVariable(String variable, String value) {
        assertThatThrownBy(() -> UiConfig.from(Map.of(variable, value)))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining(variable);
    }
}
