package io.pyjob.operator.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pyjob.api.Timeline;
import io.pyjob.api.manifest.ManifestText;
import io.pyjob.operator.trace.Trace;
import io.pyjob.operator.trace.TraceTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pyjob trace}. */
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = {
            "Shows where the time of a job on a cluster went, from what its PyJob says:",
            "  kubectl get pyjob NAME -o json | pyjob trace -",
            "The exit code is 65 if there is no such thing in it.%n"
        })
final class TraceCommand implements Callable<Integer> {
    private final ObjectMapper json;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "PYJOB", description = "A PyJob with its status, as JSON or YAML; - for standard input.")
    private String source = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write a picture (FILE.svg) or trace events for Perfetto (FILE.json) instead.")
    private List<Path> outputs = List.of();

    TraceCommand(ObjectMapper json) {
        this.json = json.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        ManifestText text = ManifestFile.read(Path.of(source));
        text.faults().forEach(fault -> err.println("pyjob: " + source + ": " + fault));
        if (text.job().isEmpty()) {
            return ValidateCommand.MALFORMED;
        }
        Optional<Trace> trace;
        try {
            trace = trace(text.job().get());
        } catch (JsonProcessingException | DateTimeException e) {
            err.println("pyjob: " + source + ": status.timeline is not one: " + e.getMessage());
            return ValidateCommand.MALFORMED;
        }
        if (trace.isEmpty()) {
            err.println("pyjob: " + source + ": has no status.timeline");
            return ValidateCommand.MALFORMED;
        }
        if (outputs.isEmpty()) {
            TraceTable.lines(trace.get(), TraceTable.WIDE, false).forEach(out::println);
        }
        return outputs.stream().allMatch(file -> isWritten(trace.get(), file, err)) ? 0 : 1;
    }

    private Optional<Trace> trace(ObjectNode job) throws JsonProcessingException {
        Timeline timeline = json.treeToValue(job.at("/status/timeline"), Timeline.class);
        String name = job.at("/metadata/name").asText();
        return timeline == null ? Optional.empty() : Trace.of(name, timeline);
    }

    private static boolean isWritten(Trace trace, Path file, PrintWriter err) {
        if (!TraceFile.isNamedSo(file.toString())) {
            err.println("pyjob: " + file + ": must end with .svg or .json");
            return false;
        }
        try {
            TraceFile.write(trace, file);
            return true;
        } catch (IOException e) {
            err.println("pyjob: " + file + " cannot be written: " + e);
            return false;
        }
    }
}
