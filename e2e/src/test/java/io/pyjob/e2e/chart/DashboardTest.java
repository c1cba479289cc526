package io.pyjob.e2e.chart;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard asks only for what the operator and executors expose: their recorded pages are compared with real ones. */
final class DashboardTest {
    /** Labels that Prometheus adds, by the ServiceMonitor and the PodMonitor of the chart. */
    private static final Set<String> TARGET = Set.of("namespace", "pod", "pyjob_io_job", "pyjob_io_executor_id");

    /** Of jobs only executors' pods tell. */
    private static final Set<String> OF_EXECUTORS = Set.of("pyjob_io_job", "pyjob_io_executor_id");

    private static final Pattern METRIC = Pattern.compile("\\b((?:pyjob|jvm|process)_\\w+)(\\{[^}]*})?");
    private static final Pattern BY = Pattern.compile("(?:by|on) \\(([^)]*)\\)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

    private final Dashboard dashboard = new Dashboard();

    private static Set<String> words(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(toCollection(TreeSet::new));
    }

    /** The labels of each metric of a page, those of its target too. */
    private static Map<String, Set<String>> exposed() {
        Map<String, Set<String>> labels = new HashMap<>();
        for (String page : List.of("operator", "executor")) {
            Chart.text(Chart.PROJECT.resolve("e2e/src/test/resources/metrics/" + page + ".txt"))
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        Set<String> known =
                                labels.computeIfAbsent(line.replaceAll("[{ ].*", ""), name -> new HashSet<>());
                        known.addAll(words(line.replaceAll("} .*", ""), "[{,](\\w+)=\""));
                        TARGET.stream()
                                .filter(label -> page.equals("executor") || !OF_EXECUTORS.contains(label))
                                .forEach(known::add);
                    });
        }
        return labels;
    }

    @Test
    void everyMetricAndLabelIsExposed() {
        Map<String, Set<String>> exposed = exposed();
        assertThat(dashboard.queries()).hasSizeGreaterThan(30).allSatisfy(query -> {
            Map<String, String> asked = METRIC.matcher(
                            BY.matcher(query.expression()).replaceAll(""))
                    .results()
                    .collect(toMap(
                            match -> match.group(1),
                            match -> match.group(2) == null ? "" : match.group(2),
                            (one, other) -> one + other));
            assertThat(asked).as("metrics in " + query).isNotEmpty();
            assertThat(exposed.keySet()).as(query.panel()).containsAll(asked.keySet());
            asked.forEach((metric, selector) -> assertThat(exposed.get(metric))
                    .as("labels of " + metric + " in " + query)
                    .containsAll(words(selector, "[{ ,](\\w+)[=!]")));
            Set<String> all = asked.keySet().stream()
                    .map(exposed::get)
                    .flatMap(Set::stream)
                    .collect(toCollection(HashSet::new));
            assertThat(all)
                    .as("labels that " + query + " groups by")
                    .containsAll(BY.matcher(query.expression())
                            .results()
                            .flatMap(match -> Stream.of(match.group(1).split(", ")))
                            .toList());
        });
    }

    @Test
    void everyMetricOfOurOwnIsShownOrNotWorthIt() {
        Set<String> shown = dashboard.queries().stream()
                .flatMap(query -> words(query.expression(), "\\b(pyjob_\\w+?)(?:_bucket|_sum|_count)?\\b").stream())
                .collect(toCollection(TreeSet::new));
        Set<String> documented = words(Chart.text(Chart.PROJECT.resolve("docs/metrics.md")), "(?m)^\\| `(pyjob_\\w+)`");
        documented.removeAll(shown);
        assertThat(documented)
                .as("metrics that no panel shows")
                .containsExactlyInAnyOrder(
                        "pyjob_python_workers_forked_total",
                        "pyjob_python_queue_wait_seconds_total",
                        "pyjob_python_preload_seconds",
                        "pyjob_python_preload_failed");
    }

    @Test
    void legendsNameLabelsThatTheirQueriesKeep() {
        for (JsonNode panel : dashboard.panels()) {
            for (JsonNode target : panel.path("targets")) {
                String expression = target.path("expr").asText();
                LEGEND.matcher(target.path("legendFormat").asText()).results().forEach(match -> {
                    boolean grouped = expression.contains(" by (");
                    assertThat(grouped ? words(expression, "[(, ](\\w+)[,)]") : TARGET)
                            .as(panel.path("title") + ": " + target)
                            .contains(match.group(1));
                });
            }
        }
    }

    @Test
    void panelsHaveRoomAndAnIdOfTheirOwn() {
        Map<Integer, JsonNode> byId = dashboard.panels().stream()
                .collect(toMap(panel -> panel.path("id").asInt(), Function.identity()));
        Set<String> taken = new HashSet<>();
        for (JsonNode panel : byId.values()) {
            JsonNode at = panel.path("gridPos");
            for (int x = at.path("x").asInt();
                    x < at.path("x").asInt() + at.path("w").asInt();
                    x++) {
                assertThat(x).as(panel.path("title").asText()).isLessThan(24);
                assertThat(taken.add(x + "," + at.path("y")))
                        .as("room for " + panel.path("title"))
                        .isTrue();
            }
        }
    }
}
