package io.pyjob.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class TraceFilesTest {
    private static RunOptions parsed(String... arguments) {
        RunOptions options = new RunOptions();
        new CommandLine(options).setStopAtPositional(true).parseArgs(arguments);
        return options;
    }

    @Test
    void theJobIsNoPictureOfItself() {
        RunOptions options = parsed("--trace", "job.yaml");
        assertThat(options.traces).containsExactly("");
        assertThat(options.target).isEqualTo("job.yaml");
        assertThat(parsed("--trace", "job.json").target).isEqualTo("job.json");
    }

    @Test
    void filesAreNamedByHowTheyEnd() {
        RunOptions options = parsed("--trace", "--trace", "a.svg", "--trace=b.json", "-e", "1", "job.yaml", "--trace");
        assertThat(options.traces).containsExactly("", "a.svg", "b.json");
        assertThat(options.target).isEqualTo("job.yaml");
        assertThat(options.args).containsExactly("--trace");
        assertThat(parsed("job.yaml").traces).isEmpty();
    }
}
