package io.pyjob.e2e.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** The dashboard for Grafana, and what it asks of Prometheus. */
final class Dashboard {
    static final String FILE = "dashboards/pyjob.json";

    /** What a variable of Grafana stands for where all is chosen. */
    private static final Map<String, String> VARIABLES = Map.of(
            "$__rate_interval", "1m",
            "$namespace", ".*",
            "$job", ".*");

    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

    private final JsonNode tree = Chart.document(Chart.file(FILE));

    /**
     * A query, as Prometheus gets it.
     *
     * @param panel whose it is
     * @param expression in PromQL
     */
    record Query(String panel, String expression) {}

    List<JsonNode> panels() {
        return StreamSupport.stream(tree.path("panels").spliterator(), false)
                .filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();
    }

    /** Those of the panels, and those that fill the variables' lists. */
    List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : panels()) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(
                        panel.path("title").asText(),
                        chosenAll(target.path("expr").asText())));
            }
        }
        for (JsonNode variable : tree.at("/templating/list")) {
            LABEL_VALUES
                    .matcher(variable.path("definition").asText())
                    .results()
                    .forEach(match -> queries.add(new Query(
                            "variable " + variable.path("name").asText(),
                            "count by (" + match.group(2) + ") (" + chosenAll(match.group(1)) + ")")));
        }
        return queries;
    }

    private static String chosenAll(String expression) {
        String result = expression;
        for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
            result = result.replace(variable.getKey(), variable.getValue());
        }
        return result;
    }
}
