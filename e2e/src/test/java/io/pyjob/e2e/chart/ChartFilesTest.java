package io.pyjob.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pyjob.api.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The chart's files agree with each other and with the rest of the project. */
final class ChartFilesTest {
    private static final String BEGIN = "<!-- values: written by ChartFilesTest -->\n";
    private static final String END = "<!-- end of values -->";

    @Test
    void theReadmeHasAllValuesWithDefaultAndMeaning() throws IOException {
        String readme = Chart.file("README.md");
        String table = BEGIN + ValuesTable.of(values(), schema()) + END;
        String now = readme.substring(readme.indexOf(BEGIN), readme.indexOf(END) + END.length());
        if (Boolean.getBoolean("chart.write")) {
            Files.writeString(Chart.FOLDER.resolve("README.md"), readme.replace(now, table));
            return;
        }
        assertThat(now).as("write it anew with -Dchart.write=true").isEqualTo(table);
    }

    @Test
    void theSchemaHasNothingThatValuesLack() {
        List<String> lacking = new ArrayList<>();
        lacking("", schema(), values(), lacking);
        assertThat(lacking).containsExactly("global");
    }

    @Test
    void noPartTakesUnknownValues() {
        assertClosed("", schema());
    }

    @Test
    void theTestsJobIsAValidJob() {
        assertThat(Manifest.read(Chart.file("files/test-job.yaml"), "test-job.yaml")
                        .faults())
                .isEmpty();
    }

    @Test
    void theVersionIsTheProjects() {
        String version =
                Chart.document(Chart.file("Chart.yaml")).path("version").asText();
        assertThat(Chart.text(Chart.PROJECT.resolve("pom.xml")))
                .contains("<version>" + version + "-SNAPSHOT</version>");
    }

    private static JsonNode values() {
        return Chart.document(Chart.file("values.yaml"));
    }

    private static JsonNode schema() {
        return Chart.document(Chart.file("values.schema.json"));
    }

    private static void lacking(String prefix, JsonNode schema, JsonNode values, List<String> lacking) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String name = prefix + property.getKey();
            JsonNode value = values.path(property.getKey());
            if (value.isMissingNode()) {
                lacking.add(name);
            } else if (value.isObject() && !ValuesTable.isOneValue(property.getValue())) {
                lacking(name + ".", property.getValue(), value, lacking);
            }
        }
    }

    private static void assertClosed(String where, JsonNode schema) {
        if (schema.has("properties")) {
            assertThat(schema.path("additionalProperties"))
                    .as("additionalProperties of " + where)
                    .isEqualTo(Chart.document("{a: false}").path("a"));
        }
        for (Map.Entry<String, JsonNode> part : schema.properties()) {
            assertClosed(where + "/" + part.getKey(), part.getValue());
        }
    }
}
