package io.pyjob.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of features says what is tested, and by which test. */
final class FeaturesTest {
    private static final int CELLS = 7;
    private static final int OURS = 4;
    private static final int TESTS = 6;
    private static final Pattern TEST = Pattern.compile("`(\\w+)(?:#(\\w+))?`");
    private static final List<String> MODULES =
            List.of("crds", "operator", "runtime-driver", "runtime-executor", "e2e");

    private static final List<List<String>> ROWS = rows();

    @Test
    void whatIsThereHasATest() {
        assertThat(ROWS).hasSizeGreaterThan(50).allSatisfy(row -> {
            assertThat(row).hasSize(CELLS);
            assertThat(row.subList(1, OURS + 1))
                    .allSatisfy(mark -> assertThat(mark).matches("[✓◐–].*"));
            if (!row.get(OURS).startsWith("–")) {
                assertThat(row.get(TESTS)).as(row.get(0)).containsPattern(TEST);
            }
        });
    }

    @Test
    void theTestsAreThere() throws IOException {
        for (List<String> row : ROWS) {
            Matcher test = TEST.matcher(row.get(TESTS));
            while (test.find()) {
                String source = source(test.group(1));
                if (test.group(2) != null) {
                    assertThat(source).as(test.group()).containsPattern("\n    void " + test.group(2) + "\\(");
                }
            }
        }
    }

    private static String source(String name) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String module : MODULES) {
            Path tests = Chart.PROJECT.resolve(module).resolve("src/test/java");
            if (Files.isDirectory(tests)) {
                try (Stream<Path> files = Files.walk(tests)) {
                    files.filter(file -> file.endsWith(name + ".java")).forEach(found::add);
                }
            }
        }
        assertThat(found).as("the test " + name).hasSize(1);
        return Chart.text(found.get(0));
    }

    /** The cells of all tables' rows, without heads. */
    private static List<List<String>> rows() {
        return Chart.text(Chart.PROJECT.resolve("docs/features.md"))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| feature"))
                .map(line -> Stream.of(line.substring(1, line.length() - 1).split("(?<!\\\\)\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }
}
