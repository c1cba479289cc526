package io.pyjob.operator.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PreflightTest {
    @Test
    void missingRightsAreToldByResource() {
        assertThat(Preflight.describe(
                        List.of(
                                new Right("", "pods", "list"),
                                new Right("pyjob.io", "pyjobs/status", "patch"),
                                new Right("", "pods", "watch")),
                        "team-a"))
                .contains("list, watch pods; patch pyjobs/status in namespace team-a");
        assertThat(Preflight.describe(List.of(new Right("", "pods", "list")), ""))
                .contains("list pods in all namespaces");
        assertThat(Preflight.describe(List.of(), "team-a")).isEmpty();
    }
}
