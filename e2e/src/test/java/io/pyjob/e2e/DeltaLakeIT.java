package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Somebody else's package for Spark, of a jar from Maven's repositories and a wheel from Python's index. Where those cannot be
 * reached it is skipped, with what was in the way.
 */
@Tag("third-party")
class DeltaLakeIT {
    private static final Pattern OUT_OF_REACH =
            Pattern.compile("(?i)timed out|refused|unreachable|connection broken|name resolution|server access error");

    @Test
    void aTableIsWrittenMergedAndLookedBackInto() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.script("delta_lake.py");
            PyJob.Ended run = pyjob.runJob(
                    "--conf=spark.jars.ivy=" + pyjob.work().resolve("ivy"),
                    // Else fifty small tasks each time that the table's log is read.
                    "--conf=spark.databricks.delta.snapshotPartitions=2",
                    "--executors=1",
                    "-r",
                    "delta-spark==4.4.0",
                    "delta_lake.py");
            if (run.code() != 0) {
                skipIfOutOfReach(run);
            }
            assertThat(run.out()).as(Runs.describe(run)).isEqualTo("""
                    written [(0, 'n0'), (1, 'n1'), (2, 'n2'), (3, 'n3')]
                    updated [(0, 'n0'), (1, 'odd'), (2, 'n2'), (3, 'odd')]
                    merged [(1, 'odd'), (2, 'n2'), (3, 'THREE'), (4, 'FOUR')]
                    first [(0, 'n0'), (1, 'n1'), (2, 'n2'), (3, 'n3')]
                    history ['WRITE', 'UPDATE', 'MERGE', 'DELETE']
                    """);
            Runs.assertNothingLeft(pyjob);
        }
    }

    private static void skipIfOutOfReach(PyJob.Ended run) {
        boolean isMissing =
                run.err().contains("could not be installed") || run.err().contains("cannot be resolved");
        if (isMissing && OUT_OF_REACH.matcher(run.err()).find()) {
            System.err.println("DeltaLakeIT IS SKIPPED: its packages cannot be reached from here");
            abort("the packages of Delta Lake cannot be reached from here: " + run.err());
        }
    }
}
