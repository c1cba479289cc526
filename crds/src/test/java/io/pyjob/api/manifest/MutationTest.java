package io.pyjob.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever somebody writes, the answer is a job or faults. */
final class MutationTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String CHARACTERS = "{}[]:,-&*!|>'\"%@`#?\n\t \\aZ0.\u00e9\ud83d\ude00\u0000\ufeff";

    @Test
    void mutatedTextsAreReadWithoutExceptions() {
        Random random = new Random(1);
        IntStream.range(0, 500).forEach(i -> {
            String text = mutated(Manifests.FULL, random);
            for (String source : List.of("job.yaml", "job.json")) {
                assertThatCode(() -> answers(Manifest.read(text, source)))
                        .as(text)
                        .doesNotThrowAnyException();
            }
        });
    }

    @Test
    void mutatedTreesAreCheckedWithoutExceptions() {
        Random random = new Random(2);
        ObjectNode full = ManifestText.of(Manifests.FULL, "job.yaml").job().orElseThrow();
        IntStream.range(0, 1500).forEach(i -> {
            ObjectNode tree = full.deepCopy();
            IntStream.rangeClosed(0, random.nextInt(3)).forEach(n -> mutate(tree, random));
            assertThatCode(() -> answers(Manifest.check(tree)))
                    .as(tree.toString())
                    .doesNotThrowAnyException();
        });
    }

    private static void answers(Reading reading) {
        assertThat(reading.job().isPresent()).isEqualTo(reading.faults().isEmpty());
        reading.faults().forEach(fault -> assertThat(fault.message()).isNotBlank());
    }

    private static String mutated(String text, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int n = random.nextInt(4); n >= 0; n--) {
            int at = random.nextInt(mutated.length());
            switch (random.nextInt(3)) {
                case 0 -> mutated.setCharAt(at, character(random));
                case 1 -> mutated.insert(at, character(random));
                default -> mutated.delete(at, Math.min(mutated.length() - 1, at + random.nextInt(20)));
            }
        }
        return mutated.toString();
    }

    private static char character(Random random) {
        return CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
    }

    private static void mutate(ObjectNode tree, Random random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(tree, containers);
        JsonNode container = containers.get(random.nextInt(containers.size()));
        if (container instanceof ArrayNode array) {
            array.insert(random.nextInt(array.size() + 1), value(random));
        } else if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>(List.of("x", "spark.x", "spark.driver.port", "inline", "url"));
            object.fieldNames().forEachRemaining(names::add);
            object.set(names.get(random.nextInt(names.size())), value(random));
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static JsonNode value(Random random) {
        List<JsonNode> values = List.of(
                JSON.nullNode(),
                JSON.booleanNode(true),
                JSON.numberNode(0),
                JSON.numberNode(-3),
                JSON.numberNode(Long.MAX_VALUE),
                JSON.numberNode(1.5),
                JSON.textNode(""),
                JSON.textNode("1Gi"),
                JSON.textNode("1e99"),
                JSON.textNode("1Gi\n"),
                JSON.textNode("x".repeat(300)),
                JSON.objectNode(),
                JSON.objectNode().put("path", "a.py"),
                JSON.arrayNode(),
                JSON.arrayNode().add("a").addNull());
        return values.get(random.nextInt(values.size())).deepCopy();
    }
}
