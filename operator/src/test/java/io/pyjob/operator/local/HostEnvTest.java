package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.operator.local.Machine.HostEnv;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HostEnvTest {
    @Test
    void containersGetTheUsersLocaleAndNotWhatIsNoneOfTheirBusiness() {
        HostEnv env = HostEnv.of(
                Map.of("LC_ALL", "de_DE.UTF-8", "HOME", "/home/ada", "TOKEN", "secret", "PATH", "/bin"),
                Map.of("STAGE", "test"));
        assertThat(env.everywhere()).isEqualTo(Map.of("LC_ALL", "de_DE.UTF-8", "HOME", "/home/ada"));
        assertThat(env.python()).isEqualTo(Map.of("STAGE", "test"));
    }

    @Test
    void whereThereIsNoLocaleTextIsUtf8() {
        assertThat(HostEnv.of(Map.of("LANG", ""), Map.of()).everywhere()).isEqualTo(Map.of("LANG", "C.UTF-8"));
        assertThat(HostEnv.of(Map.of("LANG", "C"), Map.of()).everywhere()).isEqualTo(Map.of("LANG", "C"));
    }
}
