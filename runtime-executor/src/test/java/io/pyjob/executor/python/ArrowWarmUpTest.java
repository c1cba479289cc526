package io.pyjob.executor.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.spark.sql.util.ArrowUtils;
import org.junit.jupiter.api.Test;

final class ArrowWarmUpTest {
    @Test
    void aNumberGoesThroughArrowAndLeavesNoMemoryBehind() throws IOException {
        assertThat(ArrowWarmUp.thereAndBack(42)).isEqualTo(42);
        assertThat(ArrowUtils.rootAllocator().getAllocatedMemory()).isZero();
    }
}
