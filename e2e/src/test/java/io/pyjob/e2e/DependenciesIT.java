package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a job brings along: packages, modules and archives of its own. */
class DependenciesIT {
    private final PyJob pyjob = PyJob.inNewFolder();

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    private Path wheels() throws IOException {
        Path folder = Files.createDirectories(pyjob.work().resolve("wheels"));
        for (Wheel wheel :
                new Wheel[] {new Wheel("e2e_tiny", "1.0", ""), new Wheel("e2e_user", "2.0", "e2e_tiny>=1")}) {
            Files.write(folder.resolve(wheel.file()), wheel.bytes());
        }
        return folder;
    }

    private void manifest(Path wheels, String requirement) {
        pyjob.write(
                "job.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: brings}",
                "spec:",
                "  script: {path: main.py}",
                "  python:",
                "    requirements: [\"" + requirement + "\"]",
                "    requirementsFrom: {configMap: {name: packages, key: requirements.txt}}",
                "    index: {noIndex: true, findLinks: [\"" + wheels + "\"]}",
                "    pyFiles: [lib/near.py, many.zip]",
                "    archives: [\"words.zip#words\"]",
                "  executors: {instances: 1}",
                "---",
                "apiVersion: v1",
                "kind: ConfigMap",
                "metadata: {name: packages}",
                "data:",
                "  requirements.txt: |",
                "    # what the others need",
                "    e2e_tiny == \\",
                "      1.0");
    }

    @Test
    void packagesModulesAndArchivesAreThereForTheScriptAndItsFunctions() throws IOException {
        manifest(wheels(), "e2e_user==2.0");
        Files.createDirectory(pyjob.work().resolve("lib"));
        pyjob.write("lib/near.py", "name = 'near'");
        Files.write(pyjob.work().resolve("many.zip"), Wheel.zip(Map.of("far/__init__.py", "name = 'far'\n")));
        Files.write(pyjob.work().resolve("words.zip"), Wheel.zip(Map.of("list.txt", "word\n")));
        pyjob.write(
                "main.py",
                "import e2e_tiny, e2e_user, far, near",
                "from pyspark import SparkFiles",
                "from pyspark.sql import SparkSession",
                "def here(_):",
                "    import os, e2e_tiny, e2e_user, far, near",
                "    with open(os.path.join(SparkFiles.get('words'), 'list.txt')) as file:",
                "        word = file.read().strip()",
                "    return (e2e_tiny.version, e2e_user.version, far.name, near.name, word)",
                "spark = SparkSession.builder.getOrCreate()",
                "print('script', here(0))",
                "print('function', spark.sparkContext.parallelize([0], 1).map(here).collect()[0])");

        PyJob.Ended run = pyjob.runJob("job.yaml");

        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("""
                script ('1.0', '2.0', 'far', 'near', 'word')
                function ('1.0', '2.0', 'far', 'near', 'word')
                """);
    }

    @Test
    void aPackedEnvironmentRunsTheScriptAndItsFunctions() throws IOException, InterruptedException {
        Path archive = pyjob.work().resolve("env.tar.gz");
        Path pack = pyjob.write(
                "pack.py",
                "import os, subprocess, sys, tarfile",
                "subprocess.run([sys.executable, '-m', 'venv', '--without-pip', 'made'], check=True)",
                "site = f'made/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages'",
                "with open(f'{site}/packed.py', 'w') as module:",
                "    module.write(\"name = 'packed'\\n\")",
                "with tarfile.open('env.tar.gz', 'w:gz') as archive:",
                "    for entry in os.listdir('made'):",
                "        archive.add(f'made/{entry}', entry)");
        Process packing = new ProcessBuilder("python3", pack.toString())
                .directory(pyjob.work().toFile())
                .inheritIO()
                .start();
        assertThat(packing.waitFor()).isZero();
        pyjob.write(
                "job.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: packed}",
                "spec:",
                "  script: {path: main.py}",
                "  python: {environment: \"" + archive + "\"}",
                "  executors: {instances: 1, python: {preload: [packed]}}");
        pyjob.write(
                "main.py",
                "import packed",
                "from pyspark.sql import SparkSession",
                "def here(_):",
                "    import os, packed, sys",
                "    return packed.name, os.path.basename(sys.prefix)",
                "spark = SparkSession.builder.getOrCreate()",
                "print(here(0), spark.sparkContext.parallelize([0], 1).map(here).collect())");

        PyJob.Ended run = pyjob.runJob("job.yaml");

        assertThat(run.code()).as(Runs.describe(run)).isZero();
        assertThat(run.out()).isEqualTo("('packed', 'python') [('packed', 'python')]\n");
    }

    @Test
    void aPackageThatCannotBeHadIsNamed() throws IOException {
        manifest(wheels(), "e2e_user==3.0");
        pyjob.write("main.py", "print('never')");

        PyJob.Ended run = pyjob.runJob("job.yaml");

        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(69);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("No matching distribution found for e2e_user==3.0", "could not be installed");
    }

    @Test
    void aModuleThatIsNotThereIsNamedBeforeTheScriptBegins() throws IOException {
        manifest(wheels(), "e2e_user==2.0");
        pyjob.write("main.py", "print('never')");

        PyJob.Ended run = pyjob.runJob("job.yaml");

        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(78);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains(
                        "spec.python.pyFiles: there is no file " + pyjob.work().resolve("lib/near.py"));
    }
}
