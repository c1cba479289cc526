package io.pyjob.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.driver.report.PythonWorkers.Last;
import io.pyjob.executor.pod.PythonNews;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PythonWorkersTest {
    private final PythonWorkers.Sum sum = new PythonWorkers.Sum();

    private static PythonNews news(String cause, long count, String message) {
        return new PythonNews(Map.of(cause, count), 0, cause, message, Map.of());
    }

    @Test
    void nothingSaidIsNothing() {
        assertThat(sum.now()).isEqualTo(PythonWorkers.NONE);
    }

    @Test
    void executorsAreAddedUpEachWithWhatItSaidLast() {
        assertThat(sum.said("1", news("crashed", 1, "one"))).isTrue();
        assertThat(sum.said("2", news("crashed", 2, "two"))).isTrue();
        assertThat(sum.said("1", news("crashed", 3, "one more"))).isTrue();
        assertThat(sum.said("2", news("crashed", 2, "two"))).as("again").isFalse();

        assertThat(sum.now())
                .isEqualTo(new PythonWorkers(Map.of("crashed", 5L), 0, new Last("1", "crashed", "one more"), Map.of()));
    }

    @Test
    void modulesAndRestartsOfAllAreTold() {
        sum.said("1", new PythonNews(Map.of(), 1, "restart", "killed by the kernel", Map.of("torch", "no")));
        sum.said("2", new PythonNews(Map.of(), 2, null, null, Map.of("jax", "no")));

        assertThat(sum.now())
                .isEqualTo(new PythonWorkers(
                        Map.of(),
                        3,
                        new Last("1", "restart", "killed by the kernel"),
                        Map.of("jax", "no", "torch", "no")));
    }

    @Test
    void whatManyExecutorsSaidStaysCounted() {
        for (int i = 0; i < 5000; i++) {
            sum.said(Integer.toString(i), news("killed", 1, "x"));
        }
        assertThat(sum.now().ended()).isEqualTo(Map.of("killed", 5000L));
    }
}
