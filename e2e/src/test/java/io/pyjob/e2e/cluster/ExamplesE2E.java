package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples print on a cluster what they print everywhere, to the byte. */
@OnCluster
final class ExamplesE2E {
    private static final Path EXAMPLES = Cluster.PROJECT.resolve("examples");

    /** A pod's log has standard error too: there, streaming tells what arrives, in whatever order that is. */
    private static final String ON_STANDARD_ERROR = "batch \\d+: [-\\d, ]+";

    private final TestNamespace namespace;

    ExamplesE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @ParameterizedTest
    @ValueSource(strings = {"pi", "wordcount", "flights", "streaming"})
    void printsExactlyWhatItSays(String example) throws IOException {
        namespace
                .kubectl(
                        "apply",
                        "-f",
                        EXAMPLES.resolve(example).resolve("job.yaml").toString())
                .ok();
        namespace.job(example).succeeds();
        String logs =
                namespace.kubectl("logs", example + "-1-driver", "-c", "python").ok();
        assertThat(logs.lines().filter(line -> !line.matches(ON_STANDARD_ERROR)))
                .containsExactlyElementsOf(
                        Files.readAllLines(EXAMPLES.resolve(example).resolve("expected.txt")));
    }

    @Test
    void aPandasFunctionRunsOnBothExecutors() {
        Job job = namespace.run("both", Scripts.SPARK + """
                import socket, time
                import pandas as pd
                from pyspark.sql.functions import pandas_udf

                @pandas_udf("string")
                def where(ids: pd.Series) -> pd.Series:
                    time.sleep(0.5)
                    return ids.astype(str) + "@" + socket.gethostname()

                while sc._jsc.sc().statusTracker().getExecutorInfos().__len__() < 3:
                    time.sleep(0.1)
                rows = [r[0].split("@") for r in spark.range(0, 16, 1, 16).select(where("id")).collect()]
                print(sorted(int(id) for id, _ in rows) == list(range(16)), *sorted({host for _, host in rows}))
                """, "executors: {instances: 2}");
        assertThat(job.succeeds()).isEqualTo("True both-1-exec-1 both-1-exec-2\n");
    }
}
