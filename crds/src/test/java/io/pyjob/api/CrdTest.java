package io.pyjob.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

final class CrdTest {
    private static final Path CRD = Path.of("pyjobs.pyjob.io-v1.yml");
    private static final Path IN_THE_CHART = Path.of("../charts/pyjob/files/pyjobs.pyjob.io-v1.yml");
    private static final Path READER_SCHEMA = Path.of("src/main/resources/io/pyjob/api/manifest/pyjob-schema.json");
    private static final String REGENERATE = "mvn -pl crds test -Dtest=CrdTest -Dcrd.write=true";

    @Test
    void theCommittedCrdIsWhatTheRecordsSay() throws IOException {
        isUpToDate(CRD, GeneratedCrd.ofRecords().yaml());
        isUpToDate(IN_THE_CHART, GeneratedCrd.ofRecords().yaml());
    }

    @Test
    void theReadersSchemaIsWhatTheRecordsSay() throws IOException {
        isUpToDate(READER_SCHEMA, GeneratedCrd.ofRecords().readerSchema());
    }

    @Test
    void everyPropertyHasADescription() throws IOException {
        List<String> without = new ArrayList<>();
        withoutDescription("", GeneratedCrd.ofRecords().schema(), without);
        assertThat(without).isEmpty();
    }

    @Test
    void columnsStandInTheOrderOfInterest() throws IOException {
        JsonNode columns = GeneratedCrd.ofRecords().version().get("additionalPrinterColumns");
        assertThat(StreamSupport.stream(columns.spliterator(), false)
                        .map(column -> column.get("name").asText()))
                .containsExactly("Phase", "Reason", "Executors", "Tasks", "Duration", "Age", "Exit", "Message");
    }

    @Test
    void scalingGoesByExecutors() throws IOException {
        JsonNode scale = GeneratedCrd.ofRecords().version().at("/subresources/scale");
        assertThat(scale.path("specReplicasPath").asText()).isEqualTo(".spec.executors.instances");
        assertThat(scale.path("statusReplicasPath").asText()).isEqualTo(".status.executors.ready");
        assertThat(scale.path("labelSelectorPath").asText()).isEqualTo(".status.selector");
    }

    @Test
    void defaultsOfTheCrdAreThoseOfTheRecords() throws IOException {
        JsonNode spec = GeneratedCrd.ofRecords().schema().at("/properties/spec/properties");
        ObjectMapper json = new ObjectMapper();
        for (String part : List.of("driver", "executors")) {
            Object ofRecord = part.equals("driver") ? DriverSpec.DEFAULT : ExecutorsSpec.DEFAULT;
            JsonNode expected = json.valueToTree(ofRecord);
            assertThat((Object) spec.at("/" + part + "/default")).isEqualTo(expected);
            expected.properties()
                    .forEach(e -> assertThat((Object) spec.at("/" + part + "/properties/" + e.getKey() + "/default"))
                            .isEqualTo(e.getValue()));
        }
    }

    private static void isUpToDate(Path file, String expected) throws IOException {
        if (Boolean.getBoolean("crd.write")) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, expected);
        }
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as("%s is out of date; write it anew with: %s", file, REGENERATE)
                .isEqualTo(expected);
    }

    private static void withoutDescription(String path, JsonNode schema, List<String> without) {
        if (schema.path("description").asText().isBlank()) {
            without.add(path);
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            withoutDescription(path + "." + property.getKey(), property.getValue(), without);
        }
        for (Map.Entry<String, JsonNode> property :
                schema.at("/items/properties").properties()) {
            withoutDescription(path + "[]." + property.getKey(), property.getValue(), without);
        }
    }
}
