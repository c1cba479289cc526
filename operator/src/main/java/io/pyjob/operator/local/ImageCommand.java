package io.pyjob.operator.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pyjob image}. */
@Command(
        name = "image",
        mixinStandardHelpOptions = true,
        description = {
            "Writes what an image of a job's own is built from: a Dockerfile with the packages of spec.python, and the"
                    + " script's files.",
            "Without a folder it prints them. The exit code is 65 for a malformed manifest.%n"
        })
final class ImageCommand implements Callable<Integer> {
    private static final String DOCKERFILE = "Dockerfile";

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "MANIFEST", description = "The job's manifest: job.yaml.")
    private String manifest = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FOLDER",
            description = "Write Dockerfile and requirements.txt into FOLDER, with copies of the job's files.")
    private @Nullable Path output;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        RunOptions options = new RunOptions();
        options.target = manifest;
        if (!ManifestFile.isNamedSo(manifest)) {
            err.println("pyjob: " + manifest + ": is no manifest, which ends with .yaml, .yml or .json");
            return ValidateCommand.MALFORMED;
        }
        JobRequest request = JobRequest.read(options, Path.of("").toAbsolutePath());
        if (!request.faults().isEmpty()) {
            request.faults().forEach(fault -> err.println("pyjob: " + fault));
            return ValidateCommand.MALFORMED;
        }
        JobImage image = JobImage.of(request.job());
        image.notes().forEach(note -> err.println("pyjob: " + note));
        if (output == null) {
            print(image, out);
            return 0;
        }
        try {
            write(image, request.workFolder(), output);
        } catch (NoSuchFileException e) {
            err.println("pyjob: " + e.getFile() + ": no such file, and the manifest names it");
            return 1;
        } catch (IOException e) {
            err.println("pyjob: " + output + " cannot be written: " + e);
            return 1;
        }
        String name = request.job().getMetadata().getName();
        String tag = "registry.example.com/team/" + name + ":1";
        err.println("pyjob: written to " + output + ". Build and push it, with a name of your own:");
        err.println("    docker build -t " + tag + " " + output + " && docker push " + tag);
        err.println("and name it in the manifest, below spec: " + JobImage.inManifest(tag));
        return 0;
    }

    private static void print(JobImage image, PrintWriter out) {
        out.print("# " + DOCKERFILE + "\n" + image.dockerfile());
        if (!image.requirements().isEmpty()) {
            out.print("\n# " + JobImage.REQUIREMENTS_FILE + "\n" + image.requirements());
        }
        out.flush();
    }

    private static void write(JobImage image, Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (String file : image.files()) {
            Path target = to.resolve(file);
            if (!Files.isRegularFile(from.resolve(file))) {
                throw new NoSuchFileException(from.resolve(file).toString());
            }
            Files.createDirectories(Objects.requireNonNullElse(target.getParent(), to));
            if (!Files.exists(target) || !Files.isSameFile(from.resolve(file), target)) {
                Files.copy(from.resolve(file), target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.writeString(to.resolve(DOCKERFILE), image.dockerfile());
        if (!image.requirements().isEmpty()) {
            Files.writeString(to.resolve(JobImage.REQUIREMENTS_FILE), image.requirements());
        }
    }
}
