package io.pyjob.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What Helm made of the chart. */
record Rendered(String text) {
    List<JsonNode> objects() {
        return Chart.documents(text);
    }

    List<JsonNode> ofKind(String kind) {
        return objects().stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }

    List<String> names(String kind) {
        return ofKind(kind).stream()
                .map(object -> object.at("/metadata/name").asText())
                .toList();
    }

    JsonNode one(String kind) {
        assertThat(ofKind(kind)).as(kind).hasSize(1);
        return ofKind(kind).get(0);
    }

    JsonNode one(String kind, String name) {
        List<JsonNode> found = ofKind(kind).stream()
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .toList();
        assertThat(found).as(kind + " " + name).hasSize(1);
        return found.get(0);
    }

    /** By the object's name: pods, and what will become pods. */
    Map<String, PodSpec> pods() {
        Map<String, PodSpec> pods = new LinkedHashMap<>();
        for (JsonNode object : objects()) {
            JsonNode template = object.at("/spec/template/spec");
            boolean pod = object.path("kind").asText().equals("Pod");
            if (pod || !template.isMissingNode()) {
                pods.put(
                        object.at("/metadata/name").asText(),
                        Chart.MAPPER.convertValue(pod ? object.path("spec") : template, PodSpec.class));
            }
        }
        return pods;
    }

    PodSpec operatorPod() {
        String operator = ofKind("Deployment").stream()
                .map(deployment -> deployment.at("/metadata/name").asText())
                .filter(name -> name.endsWith("-operator"))
                .findFirst()
                .orElseThrow();
        return Chart.MAPPER.convertValue(one("Deployment", operator).at("/spec/template/spec"), PodSpec.class);
    }

    Map<String, String> env() {
        return env(operatorPod());
    }

    Map<String, String> envOf(String pod) {
        return env(podOf(pod));
    }

    PodSpec podOf(String pod) {
        return Objects.requireNonNull(pods().get(pod), "no pod " + pod);
    }

    private static Map<String, String> env(PodSpec pod) {
        return pod.getContainers().get(0).getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .collect(Collectors.toMap(variable -> variable.getName(), variable -> variable.getValue()));
    }

    /** The rules of a role, one line for each resource: {@code group/resource[name]: verb, verb}. */
    static List<String> rights(JsonNode role) {
        return role.path("rules")
                .valueStream()
                .flatMap(rule -> rule.path("resources").valueStream().map(resource -> right(rule, resource.asText())))
                .toList();
    }

    private static String right(JsonNode rule, String resource) {
        String group = rule.path("apiGroups").path(0).asText();
        String names =
                rule.path("resourceNames").valueStream().map(JsonNode::asText).collect(Collectors.joining(","));
        return (group.isEmpty() ? "" : group + "/") + resource + (names.isEmpty() ? "" : "[" + names + "]") + ": "
                + rule.path("verbs").valueStream().map(JsonNode::asText).collect(Collectors.joining(", "));
    }

    /** Everything but the CRD, which is a file of its own. */
    String withoutCrd() {
        return Arrays.stream(text.split("(?m)^---\n"))
                .filter(document -> !document.contains("\nkind: CustomResourceDefinition\n"))
                .collect(Collectors.joining("---\n"));
    }
}
