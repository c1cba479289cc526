package io.pyjob.executor.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
    @Test
    void anEmptyVariableIsAbsent() {
        Environment environment = new Environment(Map.of("A", "", "B", "b"));

        assertThat(environment.optional("A")).isEmpty();
        assertThat(environment.optional("B")).contains("b");
        assertThatThrownBy(() -> environment.required("A"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("variable A is not set");
    }

    @Test
    void aNumberWithinItsBoundsIsRead() {
        Environment environment = new Environment(Map.of("PORT", "65535"));

        assertThat(environment.requiredInteger("PORT", 1, 65535)).isEqualTo(65535);
        assertThat(environment.integer("OTHER", 7, 1, 10)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "-1", "x", "1.5", " 1", "99999999999"})
    void anotherNumberIsRefusedWithItsNameAndBounds(String value) {
        Environment environment = new Environment(Map.of("PORT", value));

        assertThatThrownBy(() -> environment.requiredInteger("PORT", 1, 65535))
                .isInstanceOf(StartFailure.class)
                .hasMessage("the environment variable PORT is `" + value + "`, not a whole number from 1 to 65535");
    }
}
