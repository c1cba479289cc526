package io.pyjob.operator.local;

import io.pyjob.api.PackageIndex;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.PythonSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An image of a job's own: its Python packages, and its files that are not in the manifest. Pure.
 *
 * @param dockerfile the text of that name
 * @param requirements the text of a requirements file; empty if the job requires nothing
 * @param files what is copied into the image beside it, relative to the manifest
 * @param notes what the image does not settle, a sentence each
 */
record JobImage(String dockerfile, String requirements, Set<String> files, List<String> notes) {
    static final String REQUIREMENTS_FILE = "requirements.txt";

    /** Where the files are, and where the container works: so relative paths of the manifest go on to hold. */
    private static final String FOLDER = "/app";

    private static final String DEFAULT_BASE = "python:3.11-slim";

    /** What Spark's functions by Arrow need; the versions of the default Python image. */
    static final List<String> BASE_PACKAGES = List.of("pyarrow==26.0.1", "pandas==2.3.3", "numpy==2.4.6");

    private static final Pattern PINNED = Pattern.compile("[^;#]*(==|@)\\s*\\S.*");

    JobImage {
        files = Collections.unmodifiableSet(new LinkedHashSet<>(files));
        notes = List.copyOf(notes);
    }

    /** For a job that has been settled, see {@link LocalTexts}. */
    static JobImage of(PyJob job) {
        PyJobSpec spec = job.getSpec();
        PythonSpec python = spec.python();
        List<String> notes = new ArrayList<>();
        List<String> lines = python.packages().stream()
                .filter(line -> !line.startsWith("/") || noted(notes, line))
                .toList();
        unpinned(lines, notes);
        if (python.environment() != null) {
            notes.add("spec.python.environment stays as it is: the image has not its packages");
        }
        Set<String> files = files(spec, notes);
        String requirements = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        String base = python.image().equals(PythonSpec.DEFAULT_IMAGE) ? DEFAULT_BASE : python.image();
        return new JobImage(
                dockerfile(job.getMetadata().getName(), base, !lines.isEmpty(), python.index(), files),
                requirements,
                files,
                notes);
    }

    /** What the manifest then says, as YAML below {@code spec}. */
    static String inManifest(String image) {
        return "python: {image: " + image + "}";
    }

    private static boolean noted(List<String> notes, String wheel) {
        notes.add(wheel + " is a file of an image already: copy it in the Dockerfile yourself");
        return false;
    }

    private static void unpinned(List<String> lines, List<String> notes) {
        List<String> loose = lines.stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith("-"))
                .filter(line ->
                        !line.startsWith("http") && !PINNED.matcher(line).matches())
                .toList();
        if (!loose.isEmpty()) {
            notes.add("not pinned: " + String.join(", ", loose) + ". Each build may get other versions; the log of a"
                    + " job that installed them has those that it got");
        }
    }

    private static Set<String> files(PyJobSpec spec, List<String> notes) {
        Set<String> files = new LinkedHashSet<>();
        Stream.concat(
                        Stream.ofNullable(spec.script().path()),
                        Stream.of(
                                        spec.python().modules().stream(),
                                        spec.python().archives().stream().map(archive -> archive.split("#", 2)[0]),
                                        spec.python().files().stream(),
                                        spec.jvm().jars().stream())
                                .flatMap(named -> named))
                .filter(file -> !file.contains(":/"))
                .forEach(file -> {
                    if (isBelow(file)) {
                        files.add(file.startsWith("./") ? file.substring(2) : file);
                    } else {
                        notes.add(file + " is not below the manifest's folder: copy it in the Dockerfile yourself");
                    }
                });
        return files;
    }

    private static boolean isBelow(String file) {
        return !file.startsWith("/") && Stream.of(file.split("/")).noneMatch(".."::equals);
    }

    private static String dockerfile(
            String job, String base, boolean installs, @Nullable PackageIndex index, Set<String> files) {
        StringBuilder text = new StringBuilder("# The Python image of the job " + job
                + ": no Java and no Spark, those are in PyJob's runtime image.\n");
        text.append("FROM ").append(base).append('\n');
        text.append("WORKDIR ").append(FOLDER).append('\n');
        text.append("RUN python3 -m pip install --no-cache-dir ")
                .append(String.join(" ", BASE_PACKAGES))
                .append('\n');
        if (installs) {
            text.append("COPY ").append(REQUIREMENTS_FILE).append(" ./\n");
            text.append("RUN python3 -m pip install --no-cache-dir")
                    .append(options(Objects.requireNonNullElse(index, PackageIndex.DEFAULT)))
                    .append(" -r ")
                    .append(REQUIREMENTS_FILE)
                    .append('\n');
        }
        files.forEach(file -> text.append("COPY [\"")
                .append(file)
                .append("\", \"")
                .append(file)
                .append("\"]\n"));
        return text.append("USER 185:185\n").toString();
    }

    private static String options(PackageIndex index) {
        StringBuilder options = new StringBuilder();
        if (index.url() != null) {
            options.append(" --index-url ").append(index.url());
        }
        index.extra().forEach(url -> options.append(" --extra-index-url ").append(url));
        index.findLinks().forEach(place -> options.append(" --find-links ").append(place));
        if (index.asksNoIndex()) {
            options.append(" --no-index");
        }
        return options.toString();
    }
}
