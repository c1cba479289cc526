package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.pyjob.api.MemoryLimit;
import io.pyjob.api.Rules;
import io.pyjob.driver.script.Decisions;
import io.pyjob.driver.script.HeapSize;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The manifest and the driver's JVM agree on what a script cannot choose; neither knows the other. */
class DecisionsTest {
    private static final Pattern KEY = Pattern.compile("'(spark\\.[A-Za-z.]+)'");

    @Test
    void whatAManifestsConfMayNotHaveAScriptDoesNotDecideEither() {
        assertThat(KEY.matcher(Rules.OWN_KEYS).results().map(key -> key.group(1)))
                .hasSizeGreaterThan(15)
                .allSatisfy(key -> assertThat(Decisions.of(key)).as(key).isPresent());
    }

    @Test
    void bothMakeTheSameHeapOfAContainersMemory() {
        for (long mebibytes : new long[] {850, 1024, 2048, 3839, 3840, 3850, 4096, 16384, 1 << 20}) {
            assertThat(new HeapSize(mebibytes).heapOfContainer())
                    .isEqualTo(MemoryLimit.of(new Quantity(mebibytes + "Mi")).jvmHeapMebibytes());
        }
    }
}
