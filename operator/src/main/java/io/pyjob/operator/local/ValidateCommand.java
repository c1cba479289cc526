package io.pyjob.operator.local;

import io.pyjob.api.manifest.Manifest;
import io.pyjob.api.manifest.Reading;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pyjob validate}. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description =
                "Checks manifests; tells when a schedule starts runs, or all that is wrong in them. The exit code is 65 if anything is.%n")
final class ValidateCommand implements Callable<Integer> {
    /** A manifest is not as it must be. */
    static final int MALFORMED = 65;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "MANIFEST", description = "Manifests: job.yaml ...")
    private java.util.List<Path> manifests = java.util.List.of();

    @Override
    public Integer call() {
        java.io.PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        boolean sound = true;
        for (Path manifest : manifests) {
            Reading reading = Manifest.check(ManifestFile.read(manifest));
            java.util.List<String> faults = JobRequest.faultsOf(reading, manifest);
            faults.forEach(out::println);
            if (faults.isEmpty()) {
                Instant now = Instant.now();
                out.println(manifest + ": ok"
                        + reading.schedule()
                                .map(schedule -> ", " + NextTimes.words(schedule, now))
                                .orElse(""));
            }
            sound &= faults.isEmpty();
        }
        return sound ? 0 : MALFORMED;
    }
}
