package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds for every finished run. */
final class Runs {
    private Runs() {}

    /** Nothing of the run is left: no process, however deep, and no folder. */
    static void assertNothingLeft(PyJob pyjob) {
        assertThat(pyjob.marked()).extracting(PyJob::commandLine).isEmpty();
        assertThat(pyjob.leftFolders()).isEmpty();
    }

    /** The script, whose checks are those of {@code checks.py}, has made {@code count} of them, and all are well. */
    static void assertAllOk(PyJob.Ended run, long count) {
        assertThat(run.code()).as(describe(run)).isZero();
        assertThat(run.out().lines().filter(line -> line.startsWith("FAIL")).toList())
                .as(describe(run))
                .isEmpty();
        assertThat(run.out().lines().filter(line -> line.startsWith("ok ")).count())
                .as(describe(run))
                .isEqualTo(count);
    }

    static String describe(PyJob.Ended run) {
        return "exit code " + run.code() + "\n-- standard output\n" + run.out() + "\n-- standard error\n" + run.err();
    }
}
