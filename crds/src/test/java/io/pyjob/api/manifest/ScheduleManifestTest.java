package io.pyjob.api.manifest;

import static io.pyjob.api.manifest.Manifests.faultsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.pyjob.api.ConcurrencyPolicy;
import io.pyjob.api.PyJobSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleManifestTest {
    private static final String NIGHTLY = """
            apiVersion: pyjob.io/v1alpha1
            kind: PyJobSchedule
            metadata: {name: nightly, namespace: science, labels: {team: air}}
            spec:
              schedule: 30 2 * * MON-FRI
              timeZone: Europe/Berlin
              concurrencyPolicy: Replace
              startingDeadline: 15m
              suspend: null
              template:
                metadata:
                  labels: {kind: report}
                  annotations: {note: for all}
                spec:
                  script: {path: report.py}
                  args: ["--all"]
                  executors: {instances: 3, min: null}
            """;

    @Test
    void aScheduleIsReadAsItIsAndAsTheJobThatItRuns() {
        Reading reading = Manifest.read(NIGHTLY, "nightly.yaml");
        assertThat(reading.faults()).isEmpty();

        PyJobSchedule schedule = reading.schedule().orElseThrow();
        assertThat(schedule.getMetadata().getName()).isEqualTo("nightly");
        assertThat(schedule.getMetadata().getLabels()).containsOnlyKeys("team");
        assertThat(schedule.getSpec().schedule()).isEqualTo("30 2 * * MON-FRI");
        assertThat(schedule.getSpec().concurrencyPolicy()).isEqualTo(ConcurrencyPolicy.Replace);
        assertThat(schedule.getSpec().suspend()).isFalse();
        assertThat(schedule.getSpec().successfulRunsHistoryLimit()).isEqualTo(3);

        assertThat(reading.job().orElseThrow().getMetadata().getName()).isEqualTo("nightly");
        assertThat(reading.job().orElseThrow().getMetadata().getNamespace()).isEqualTo("science");
        assertThat(reading.job().orElseThrow().getMetadata().getLabels()).containsOnlyKeys("kind");
        assertThat(reading.job().orElseThrow().getMetadata().getAnnotations()).containsOnlyKeys("note");
        assertThat(reading.job().orElseThrow().getSpec())
                .isEqualTo(schedule.getSpec().template().spec());
    }

    @Test
    void aJobIsNoSchedule() {
        assertThat(Manifest.read(Manifests.FULL, "job.yaml").schedule()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "30 2 * * MON-FRI|30 25 * * *|spec.schedule: hour: \"25\" is none of 0 to 23",
                "30 2 * * MON-FRI|7|spec.schedule: has 1 field: write five fields, minute, hour, day of the month, month"
                        + " and day of the week, as in 0 2 * * 1-5",
                "Europe/Berlin|Europe/Berln|spec.timeZone: \"Europe/Berln\" is no time zone: write one such as"
                        + " Europe/Berlin, or UTC; did you mean Europe/Berlin?",
                "Replace|Never|spec.concurrencyPolicy: must be Allow or Forbid or Replace, not \"Never\"",
                "15m|15 minutes|spec.startingDeadline: must be a time such as 60s, 5m or 1h, not \"15 minutes\"",
                "suspend: null|suspend: 'yes'|spec.suspend: must be true or false, not \"yes\"",
                "suspend: null|failedRunsHistoryLimit: -1|spec.failedRunsHistoryLimit: must be a whole number of at"
                        + " least 0, not -1",
                "suspend: null|paused: true|spec.paused: unknown field; known here are concurrencyPolicy,"
                        + " failedRunsHistoryLimit, schedule, startingDeadline, successfulRunsHistoryLimit, suspend,"
                        + " template, timeZone",
                "{kind: report}|{'no way': report}|spec.template.metadata.labels[no way]: the key must be a name such"
                        + " as team or example.com/team, of up to 63 letters, digits, '-', '_' and '.'",
                "instances: 3|instances: three|spec.template.spec.executors.instances: must be a whole number of at"
                        + " least 0, not \"three\"",
                "{path: report.py}|{}|spec.template.spec.script: must have exactly one of inline, configMap, path and"
                        + " url",
                "args:|arg:|spec.template.spec.arg: unknown field; did you mean \"args\"?",
                "name: nightly|name: Nightly|metadata.name: must be lower case letters, digits, '-' and '.', with a"
                        + " letter or digit at both ends, not \"Nightly\"",
                "kind: PyJobSchedule|kind: PyJobSchedul|kind: must be PyJob, not \"PyJobSchedul\"",
            })
    void eachFaultIsSaidOnceWithItsPlace(String sound, String faulty, String fault) {
        assertThat(NIGHTLY).contains(sound);
        assertThat(faultsOf(NIGHTLY.replace(sound, faulty))).contains(fault).doesNotHaveDuplicates();
    }

    @Test
    void whatIsMissingIsSaidOnce() {
        String head = NIGHTLY.substring(0, NIGHTLY.indexOf("spec:"));
        assertThat(faultsOf(head)).containsExactly("spec: is required");
        assertThat(faultsOf(head + "spec: {schedule: '@daily'}")).containsExactly("spec.template: is required");
        assertThat(faultsOf(head + "spec: {schedule: '@daily', template: {}}"))
                .containsExactly("spec.template.spec: is required");
        assertThat(faultsOf(head + "spec: {schedule: '@daily', template: 3}"))
                .containsExactly("spec.template: must be a mapping (name: value), not 3");
        assertThat(faultsOf(head + "spec: {template: {spec: {script: {path: a.py}}}}"))
                .containsExactly("spec.schedule: is required");
    }

    @Test
    void mutatedSchedulesAreCheckedWithoutExceptions() {
        ObjectNode whole = ManifestText.of(NIGHTLY, "a.yaml").job().orElseThrow();
        List<JsonNode> values = List.of(
                JsonNodeFactory.instance.nullNode(),
                JsonNodeFactory.instance.numberNode(7),
                JsonNodeFactory.instance.textNode(""),
                JsonNodeFactory.instance.textNode("* * * * *"),
                JsonNodeFactory.instance.arrayNode().add("a"),
                JsonNodeFactory.instance.objectNode());
        Random random = new Random(4);
        for (String path :
                List.of("", "/spec", "/metadata", "/spec/template", "/spec/template/metadata", "/spec/template/spec")) {
            for (String field : fields(whole.at(path))) {
                ObjectNode mutated = whole.deepCopy();
                ((ObjectNode) mutated.at(path)).set(field, values.get(random.nextInt(values.size())));
                assertThatCode(() -> {
                            Reading reading = Manifest.check(mutated);
                            assertThat(reading.job().isPresent())
                                    .isEqualTo(reading.faults().isEmpty());
                        })
                        .as(mutated.toString())
                        .doesNotThrowAnyException();
            }
        }
    }

    private static List<String> fields(JsonNode object) {
        return object.properties().stream().map(field -> field.getKey()).toList();
    }

    @Test
    void theManifestOfTheDocumentationIsSound() throws IOException {
        String docs = Files.readString(Path.of("../docs/schedules.md"));
        int begin = docs.indexOf("```yaml\n") + "```yaml\n".length();
        Reading reading = Manifest.read(docs.substring(begin, docs.indexOf("```\n", begin)), "nightly.yaml");
        assertThat(reading.faults()).isEmpty();
        assertThat(reading.schedule()).isPresent();
    }

    /** Every field has its row, and no row is about something else. */
    @Test
    void theDocumentationHasAllFields() throws IOException {
        String docs = Files.readString(Path.of("../docs/schedules.md"));
        String table = docs.substring(docs.indexOf("| field of `spec` |"), docs.indexOf("All of it may be edited"));
        JsonNode properties = Manifest.schema("pyjobschedule-schema.json").at("/properties/spec/properties");
        assertThat(Pattern.compile("(?m)^\\| `(\\w+)").matcher(table).results().map(row -> row.group(1)))
                .filteredOn(row -> !row.equals("template"))
                .containsExactlyInAnyOrderElementsOf(fields(properties).stream()
                        .filter(field -> !field.equals("template"))
                        .toList());
    }

    /** An API server takes what cron takes; what it cannot know are ranges that end before they begin, and empty days. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theRuleOfTheCrdIsThatOfTheReader(long seed) throws IOException {
        Random random = new Random(seed);
        JsonNode schema = new ObjectMapper(new YAMLFactory())
                .readTree(Path.of("pyjobschedules.pyjob.io-v1.yml").toFile())
                .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
        CelRules cel = new CelRules();
        int taken = 0;
        for (int i = 0; i < 1500; i++) {
            String schedule = random.nextInt(10) == 0 ? mutated("@hourly", random) : mutated(cron(random), random);
            List<String> faults = faultsOf(NIGHTLY.replace("30 2 * * MON-FRI", '"' + schedule + '"'));
            if (faults.toString().contains("ends before it begins")
                    || faults.toString().contains("never comes")) {
                continue;
            }
            ObjectNode spec = JsonNodeFactory.instance.objectNode().put("schedule", schedule);
            assertThat(cel.broken("spec", spec, schema))
                    .as("%s: %s", schedule, faults)
                    .isEqualTo(faults.isEmpty() ? Set.of() : Set.of("spec.schedule"));
            taken += faults.isEmpty() ? 1 : 0;
        }
        assertThat(taken).isBetween(100, 1200);
    }

    private static String cron(Random random) {
        StringBuilder fields = new StringBuilder();
        for (int most : new int[] {59, 23, 31, 12, 7}) {
            String number = Integer.toString(random.nextInt(most + 1));
            List<String> items = List.of(
                    "*",
                    "*/" + (1 + random.nextInt(120)),
                    number,
                    "0" + number,
                    number + "-" + random.nextInt(most + 3));
            String item = items.get(random.nextInt(items.size()));
            String name = most == 12 ? "jAn" : most == 7 ? "MON-sat/2" : "?";
            fields.append(fields.isEmpty() ? "" : " ").append(random.nextInt(6) == 0 ? name + ',' + item : item);
        }
        return fields.toString();
    }

    private static String mutated(String text, Random random) {
        if (random.nextInt(3) > 0) {
            return text;
        }
        StringBuilder mutated = new StringBuilder(text);
        int at = random.nextInt(text.length());
        String characters = "0123456789*/,-? @xSUN";
        if (random.nextBoolean()) {
            mutated.setCharAt(at, characters.charAt(random.nextInt(characters.length())));
        } else {
            mutated.deleteCharAt(at);
        }
        return mutated.toString();
    }
}
