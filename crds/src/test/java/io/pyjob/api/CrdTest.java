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
    private static final Path SCHEDULE_CRD = Path.of("pyjobschedules.pyjob.io-v1.yml");
    private static final Path SCHEDULE_IN_THE_CHART = Path.of("../charts/pyjob/files/pyjobschedules.pyjob.io-v1.yml");
    private static final Path SCHEDULE_READER_SCHEMA =
            Path.of("src/main/resources/io/pyjob/api/manifest/pyjobschedule-schema.json");
    private static final Path READER_SCHEMA = Path.of("src/main/resources/io/pyjob/api/manifest/pyjob-schema.json");
    private static final String REGENERATE = "mvn -pl crds test -Dtest=CrdTest -Dcrd.write=true";

    @Test
    void theCommittedCrdIsWhatTheRecordsSay() throws IOException {
        isUpToDate(CRD, GeneratedCrd.ofRecords().yaml());
        isUpToDate(IN_THE_CHART, GeneratedCrd.ofRecords().yaml());
        isUpToDate(SCHEDULE_CRD, GeneratedCrd.ofScheduleRecords().yaml());
        isUpToDate(SCHEDULE_IN_THE_CHART, GeneratedCrd.ofScheduleRecords().yaml());
    }

    @Test
    void theReadersSchemaIsWhatTheRecordsSay() throws IOException {
        isUpToDate(READER_SCHEMA, GeneratedCrd.ofRecords().readerSchema());
        isUpToDate(SCHEDULE_READER_SCHEMA, GeneratedCrd.ofScheduleRecords().scheduleReaderSchema());
    }

    @Test
    void everyPropertyHasADescription() throws IOException {
        List<String> without = new ArrayList<>();
        withoutDescription("", GeneratedCrd.ofRecords().schema(), without);
        withoutDescription("", GeneratedCrd.ofScheduleRecords().schema(), without);
        assertThat(without).isEmpty();
    }

    @Test
    void columnsStandInTheOrderOfInterest() throws IOException {
        assertThat(columns(GeneratedCrd.ofRecords()))
                .containsExactly(
                        "Phase", "Reason", "Executors", "Tasks", "Duration", "Age", "Attempt", "Exit", "Message");
        assertThat(columns(GeneratedCrd.ofScheduleRecords()))
                .containsExactly(
                        "Schedule", "Timezone", "Suspend", "Active", "Last", "Next", "Age", "Succeeded", "Ready");
    }

    private static List<String> columns(GeneratedCrd crd) {
        return StreamSupport.stream(
                        crd.version().get("additionalPrinterColumns").spliterator(), false)
                .map(column -> column.get("name").asText())
                .toList();
    }

    @Test
    void aSchedulesTemplateIsJudgedAsAJobIsButMayBeEdited() throws IOException {
        JsonNode template = GeneratedCrd.ofScheduleRecords().schema().at("/properties/spec/properties/template");
        JsonNode job = GeneratedCrd.ofRecords().schema().at("/properties/spec").deepCopy();
        GeneratedCrd.withoutRulesAboutEdits(job);
        assertThat(job.toString()).doesNotContain("oldSelf").contains("x-kubernetes-validations");
        for (String part : List.of("properties", "required", "x-kubernetes-validations")) {
            assertThat((Object) template.at("/properties/spec/" + part)).isEqualTo(job.get(part));
        }
        assertThat(GeneratedCrd.ofScheduleRecords()
                        .version()
                        .at("/subresources")
                        .properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("status");
    }

    @Test
    void defaultsOfASchedulesCrdAreThoseOfTheRecord() throws IOException {
        JsonNode spec = GeneratedCrd.ofScheduleRecords().schema().at("/properties/spec/properties");
        ObjectMapper json = new ObjectMapper();
        JsonNode expected = json.valueToTree(json.readValue("{}", PyJobScheduleSpec.class));
        for (String field : List.of(
                "timeZone", "concurrencyPolicy", "suspend", "successfulRunsHistoryLimit", "failedRunsHistoryLimit")) {
            assertThat(spec.at("/" + field + "/default").asText())
                    .as(field)
                    .isEqualTo(expected.get(field).asText());
        }
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
        Map<String, Object> ofRecords = Map.of(
                "driver", DriverSpec.DEFAULT,
                "executors", ExecutorsSpec.DEFAULT,
                "restart", RestartSpec.DEFAULT,
                "timeout", TimeoutSpec.NONE,
                "ttlAfterFinished", TtlSpec.NONE);
        for (String part : ofRecords.keySet()) {
            JsonNode expected = json.valueToTree(ofRecords.get(part));
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
