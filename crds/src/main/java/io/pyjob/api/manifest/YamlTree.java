package io.pyjob.api.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A document of YAML as the JSON that kubectl would make of it: version 1.1, in which {@code yes} and {@code on} are true;
 * with anchors and merge keys, which Jackson's own YAML trees do not have.
 */
final class YamlTree {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<String> TRUE = Set.of("y", "yes", "true", "on");
    private static final Pattern INFINITE = Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

    /** What kubectl takes for something else than text, though SnakeYAML does not: y and n, 0o17, and 089. */
    private static final Pattern OF_KUBECTL = Pattern.compile("[yYnN]|[-+]?0o[0-7]+|[-+]?0[0-9]*[89][0-9]*");

    private final List<Fault> faults;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

    YamlTree(List<Fault> faults) {
        this.faults = faults;
    }

    JsonNode of(String path, Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar(path, scalar);
        }
        if (!open.add(node)) {
            fault(path, node, "contains itself");
            return JSON.nullNode();
        }
        try {
            return node instanceof SequenceNode sequence ? list(path, sequence) : mapping(path, (MappingNode) node);
        } finally {
            open.remove(node);
        }
    }

    private JsonNode list(String path, SequenceNode sequence) {
        ArrayNode list = JSON.arrayNode();
        for (Node item : sequence.getValue()) {
            list.add(of(path + '[' + list.size() + ']', item));
        }
        return list;
    }

    private JsonNode mapping(String path, MappingNode node) {
        ObjectNode own = JSON.objectNode();
        ObjectNode merged = JSON.objectNode();
        Map<String, Mark> seen = new HashMap<>();
        for (NodeTuple entry : node.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                fault(path, entry.getKeyNode(), "has a key that is not a word");
                continue;
            }
            String name = key.getValue();
            String child = path.isEmpty() ? name : path + '.' + name;
            Mark before = seen.put(name, key.getStartMark());
            if (before != null) {
                faults.add(new Fault(
                        child, "is there twice, in line " + line(before) + " and in line " + line(key.getStartMark())));
            }
            if (key.getTag().equals(Tag.MERGE)) {
                merge(path, entry.getValueNode(), merged);
            } else {
                own.set(name, of(child, entry.getValueNode()));
            }
        }
        merged.setAll(own);
        return merged;
    }

    /** Earlier mappings of a list win over later ones, and the mapping's own keys over all. */
    private void merge(String path, Node source, ObjectNode into) {
        List<Node> sources = source instanceof SequenceNode list ? list.getValue() : List.of(source);
        for (Node each : sources) {
            if (each instanceof MappingNode && of(path, each) instanceof ObjectNode values) {
                values.properties().forEach(e -> into.putIfAbsent(e.getKey(), e.getValue()));
            } else {
                fault(path, each, "has a merge key (<<) with something that is not a mapping");
            }
        }
    }

    private JsonNode scalar(String path, ScalarNode scalar) {
        String text = scalar.getValue();
        if (scalar.isPlain() && OF_KUBECTL.matcher(text).matches()) {
            return ofKubectl(text);
        }
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return JSON.booleanNode(TRUE.contains(text.toLowerCase(Locale.ROOT)));
        }
        try {
            if (tag.equals(Tag.INT)) {
                return integer(text.replace("_", ""));
            }
            if (tag.equals(Tag.FLOAT) && INFINITE.matcher(text).matches()) {
                fault(path, scalar, "is a number that JSON, and so Kubernetes, does not have: " + Shown.quoted(text));
            } else if (tag.equals(Tag.FLOAT)) {
                return number(new BigDecimal(text.replace("_", "")));
            }
        } catch (NumberFormatException e) {
            return JSON.textNode(text); // sixties (1:30), which kubectl does not have
        }
        return JSON.textNode(text);
    }

    private static JsonNode ofKubectl(String text) {
        char first = text.charAt(0);
        if (Character.isLetter(first)) {
            return JSON.booleanNode(TRUE.contains(text.toLowerCase(Locale.ROOT)));
        }
        return text.contains("o")
                ? number(new BigDecimal(new BigInteger(text.replace("0o", ""), 8)))
                : number(new BigDecimal(text));
    }

    private static JsonNode integer(String text) {
        String sign = text.startsWith("-") ? "-" : "";
        String digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        if (digits.startsWith("0x")) {
            return number(new BigDecimal(new BigInteger(sign + digits.substring(2), 16)));
        }
        if (digits.startsWith("0b")) {
            return number(new BigDecimal(new BigInteger(sign + digits.substring(2), 2)));
        }
        if (digits.startsWith("0") && digits.length() > 1) {
            return number(new BigDecimal(new BigInteger(sign + digits.substring(1), 8)));
        }
        return number(new BigDecimal(new BigInteger(sign + digits)));
    }

    /** 2.0 and 2 are the same in JSON. */
    private static JsonNode number(BigDecimal number) {
        if (number.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                || number.stripTrailingZeros().scale() > 0) {
            return JSON.numberNode(number.doubleValue());
        }
        return JSON.numberNode(number.longValue());
    }

    private void fault(String path, Node node, String message) {
        faults.add(new Fault(path, message + " (line " + line(node.getStartMark()) + ')'));
    }

    private static int line(Mark mark) {
        return mark.getLine() + 1;
    }
}
