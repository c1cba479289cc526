package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class JobImageTest {
    private static final String JOB = """
            apiVersion: pyjob.io/v1alpha1
            kind: PyJob
            metadata: {name: report}
            spec:
              script: {path: src/report.py}
              python:
                requirements: [scikit-learn==1.7.2, "six", "tiny==1.0 --hash=sha256:00"]
                requirementsFrom: {configMap: {name: packages, key: more.txt}}
                index: {url: "https://pypi.example.com/simple", extra: ["https://other.example.com/simple"]}
                pyFiles: [lib/helpers.py, /opt/far.zip, "https://example.com/own-1.0-py3-none-any.whl"]
                archives: ["data/words.zip#words", "s3a://data/more.zip"]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: packages}
            data:
              more.txt: "# ours\\nrequests==2.32.5\\n"
            """;

    @TempDir
    Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void anImageHasThePackagesAndTheFiles() throws IOException {
        Files.writeString(folder.resolve("job.yaml"), JOB);

        assertThat(run(folder.resolve("job.yaml").toString())).isZero();

        assertThat(out.toString()).isEqualTo("""
                # Dockerfile
                # The Python image of the job report: no Java and no Spark, those are in PyJob's runtime image.
                FROM python:3.11-slim
                WORKDIR /app
                RUN python3 -m pip install --no-cache-dir pyarrow==26.0.1 pandas==2.3.3 numpy==2.4.6
                COPY requirements.txt ./
                RUN python3 -m pip install --no-cache-dir --index-url https://pypi.example.com/simple \
                --extra-index-url https://other.example.com/simple -r requirements.txt
                COPY ["src/report.py", "src/report.py"]
                COPY ["lib/helpers.py", "lib/helpers.py"]
                COPY ["data/words.zip", "data/words.zip"]
                USER 185:185

                # requirements.txt
                scikit-learn==1.7.2
                six
                tiny==1.0 --hash=sha256:00
                # ours
                requests==2.32.5
                https://example.com/own-1.0-py3-none-any.whl
                """);
        assertThat(err.toString().lines())
                .containsExactly(
                        "pyjob: not pinned: six. Each build may get other versions; the log of a job that installed them"
                                + " has those that it got",
                        "pyjob: /opt/far.zip is not below the manifest's folder: copy it in the Dockerfile yourself");
    }

    @Test
    void aFolderHasAllThatTheBuildNeeds() throws IOException {
        Files.writeString(folder.resolve("job.yaml"), JOB);
        for (String file : new String[] {"src/report.py", "lib/helpers.py", "data/words.zip"}) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), file);
        }
        Path image = folder.resolve("image");

        assertThat(run("-o", image.toString(), folder.resolve("job.yaml").toString()))
                .isZero();

        assertThat(image.resolve("lib/helpers.py")).hasContent("lib/helpers.py");
        assertThat(image.resolve("data/words.zip")).hasContent("data/words.zip");
        assertThat(image.resolve("src/report.py")).exists();
        assertThat(image.resolve("requirements.txt")).content().startsWith("scikit-learn==1.7.2\n");
        assertThat(image.resolve("Dockerfile")).content().contains("FROM python:3.11-slim\n");
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .contains("docker build -t registry.example.com/team/report:1 " + image)
                .contains("python: {image: registry.example.com/team/report:1}");
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws IOException {
        Files.writeString(folder.resolve("job.yaml"), JOB);

        assertThat(run(
                        "-o",
                        folder.resolve("image").toString(),
                        folder.resolve("job.yaml").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("src/report.py: no such file, and the manifest names it");
    }

    @Test
    void aPackedEnvironmentIsNoPartOfIt() throws IOException {
        Files.writeString(folder.resolve("job.yaml"), """
                apiVersion: pyjob.io/v1alpha1
                kind: PyJob
                metadata: {name: report}
                spec:
                  script: {inline: "print(1)"}
                  python: {image: "python:3.12", environment: /opt/env.tar.gz}
                """);

        assertThat(run(folder.resolve("job.yaml").toString())).isZero();

        assertThat(out.toString()).contains("FROM python:3.12\n").doesNotContain("requirements.txt", "COPY");
        assertThat(err.toString()).contains("spec.python.environment stays as it is");
    }

    @Test
    void whatIsNoManifestIsRefused() throws IOException {
        Files.writeString(folder.resolve("job.yaml"), "kind: PyJob\n");

        assertThat(run(folder.resolve("job.yaml").toString())).isEqualTo(65);
        assertThat(run(folder.resolve("job.py").toString())).isEqualTo(65);
        assertThat(err.toString()).contains("spec.script: is required").contains("job.py: is no manifest");
    }

    @Test
    void theBasePackagesAreThoseOfTheDefaultImage() throws IOException {
        assertThat(Files.readAllLines(Path.of("../images/python/requirements.txt")))
                .containsAll(JobImage.BASE_PACKAGES);
    }

    private int run(String... arguments) {
        return new CommandLine(new ImageCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
