package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases of Kubernetes' own tests of the same. */
final class VariableExpansionTest {
    private static final Map<String, String> VARIABLES =
            Map.of("VAR_A", "A", "VAR_B", "B", "VAR_REF", "$(VAR_A)", "VAR_EMPTY", "");

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "$(VAR_A), A",
        "___$(VAR_B)___, ___B___",
        "$(VAR_A)$(VAR_B), AB",
        "$(VAR_EMPTY)x, x",
        // What a variable holds is not expanded again.
        "$(VAR_REF), $(VAR_A)",
        "$$(VAR_A), $(VAR_A)",
        "$$$(VAR_A), $A",
        "$$$$(VAR_A), $$(VAR_A)",
        "$$$$$(VAR_A), $$A",
        "$(VAR_A)$$, A$",
        "foo$$(foo)bar, foo$(foo)bar",
        "$(UNKNOWN), $(UNKNOWN)",
        "$(), $()",
        "$VAR_A, $VAR_A",
        "$, $",
        "a$, a$",
        "$$, $",
        "$(VAR_A, $(VAR_A",
        "$(VAR_A$$, $(VAR_A$",
        "$(VAR_A$(VAR_B), $(VAR_A$(VAR_B)",
        "f000-$$VAR_A, f000-$VAR_A",
        "$)(VAR_A), $)(VAR_A)",
        "${VAR_A}, ${VAR_A}",
        "$ $(VAR_A), $ A"
    })
    void expandsAsTheKubelet(String text, String expanded) {
        assertThat(VariableExpansion.expand(text, VARIABLES)).isEqualTo(expanded);
    }
}
