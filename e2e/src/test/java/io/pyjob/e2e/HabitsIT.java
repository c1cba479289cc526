package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What real scripts do around PySpark, and the files that they have beside them. */
class HabitsIT {

    @Test
    void scriptsDoWhatTheyAreUsedTo() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.script("checks.py");
            pyjob.script("habits.py");
            PyJob.Ended run = pyjob.runJob("habits.py", "--rows", "10", "2026-01-31");
            Runs.assertAllOk(run, 15);
            assertThat(run.out()).contains("log done as __main__\natexit MainThread\n");
            Runs.assertNothingLeft(pyjob);
        }
    }

    @Test
    void filesThatOnlyPythonHasAreAddedToTheJob() {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            pyjob.script("checks.py");
            pyjob.script("files.py");
            Runs.assertAllOk(pyjob.runJob("files.py"), 9);
            Runs.assertNothingLeft(pyjob);
        }
    }

    /** As {@code python app} runs it, with modules of its own beside it. */
    @Test
    void aFolderWithAMainIsAScript() throws IOException {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            Path app = Files.createDirectories(pyjob.work().resolve("app/parts"));
            Files.writeString(app.resolve("__init__.py"), "");
            Files.writeString(app.resolve("words.py"), "def double(x):\n    return x * 2\n");
            pyjob.write(
                    "app/__main__.py",
                    "import shutil",
                    "from pyspark.sql import SparkSession",
                    "from parts.words import double",
                    "if __name__ == '__main__':",
                    "    sc = SparkSession.builder.getOrCreate().sparkContext",
                    "    sc.addPyFile(shutil.make_archive('/tmp/parts', 'zip', 'app', 'parts'))",
                    "    print(sc.parallelize([1, 2], 2).map(double).sum())");
            PyJob.Ended run = pyjob.runJob("--executors=1", "app");
            assertThat(run.out()).as(Runs.describe(run)).isEqualTo("6\n");
            Runs.assertNothingLeft(pyjob);
        }
    }
}
