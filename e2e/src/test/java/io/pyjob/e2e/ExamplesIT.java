package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples print what they say they print. */
class ExamplesIT {
    private static final Path EXAMPLES = PyJob.PROJECT.resolve("examples");

    @ParameterizedTest
    @ValueSource(strings = {"wordcount", "flights", "pi", "streaming"})
    void printsExactlyWhatItSays(String example) throws IOException {
        try (PyJob pyjob = PyJob.inNewFolder()) {
            PyJob.Ended run =
                    pyjob.runJob(EXAMPLES.resolve(example).resolve("job.yaml").toString());
            assertThat(run.code()).as(Runs.describe(run)).isZero();
            assertThat(run.out())
                    .isEqualTo(Files.readString(EXAMPLES.resolve(example).resolve("expected.txt")));
            Runs.assertNothingLeft(pyjob);
        }
    }

    /** The images hold all scripts in one folder, and all data in its folder `data`. */
    @Test
    void scriptsAndDataOfAllExamplesFitIntoOneFolder() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(EXAMPLES, 3)) {
            files.map(EXAMPLES::relativize)
                    .filter(file -> file.getNameCount() > 1)
                    .map(file -> file.subpath(1, file.getNameCount()).toString())
                    .filter(name -> name.startsWith("data/") || name.endsWith(".py"))
                    .forEach(names::add);
        }
        assertThat(names)
                .doesNotHaveDuplicates()
                .contains("flights.py", "data/flights", "data/weather", "data/opticks.txt");
    }

    /** The counts in expected.txt are those of a plain count of the same book, made here without Spark. */
    @Test
    void wordcountAgreesWithAPlainCount() throws IOException {
        Path folder = EXAMPLES.resolve("wordcount");
        Map<String, Integer> counts = new HashMap<>();
        Matcher words = Pattern.compile("[a-z]+(?:'[a-z]+)?")
                .matcher(Files.readString(folder.resolve("data/opticks.txt")).toLowerCase(Locale.ROOT));
        while (words.find()) {
            counts.merge(words.group(), 1, Integer::sum);
        }
        List<String> lines = Files.readAllLines(folder.resolve("expected.txt"));
        int compared = 0;
        for (String line : lines) {
            Matcher count = Pattern.compile("\\s*(\\d+) +([a-z']+)\\s*").matcher(line);
            if (count.matches()) {
                assertThat(counts.get(count.group(2))).as(count.group(2)).isEqualTo(Integer.valueOf(count.group(1)));
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(20);
    }
}
