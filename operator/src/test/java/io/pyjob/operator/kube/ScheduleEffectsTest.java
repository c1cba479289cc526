package io.pyjob.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.operator.plan.Refusal.Cause;
import io.pyjob.operator.schedule.ScheduleAction;
import io.pyjob.operator.schedule.SchedulePlanner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against an API server that knows PyJobs of one namespace, and nothing else. */
final class ScheduleEffectsTest {
    private static final String RUNS = "/apis/pyjob.io/v1alpha1/namespaces/science/pyjobs";
    private static final Instant NOW = Instant.parse("2026-11-22T02:00:00Z");

    private final Map<String, PyJob> there = new TreeMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<PyJob> written = new ArrayList<>();
    private final RunRefusals refusals = new RunRefusals();
    private final PyJobSchedule schedule = schedule();
    private int refuses;
    private HttpServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withRequestRetryBackoffLimit(0)
                .build();
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void aRunIsCreatedAsThePlanHasIt() {
        PyJob run = run();
        effects().start(run);
        assertThat(there).containsOnlyKeys("nightly-202611220200");
        assertThat(there.values())
                .singleElement()
                .satisfies(taken -> assertThat(Serialization.asJson(taken.getSpec()))
                        .isEqualTo(Serialization.asJson(run.getSpec())));
        assertThat(asked).singleElement().asString().startsWith("POST " + RUNS).doesNotContain("null");
        assertThat(written).hasSize(1);
    }

    @Test
    void aRunOfThisScheduleThatIsThereIsDone() {
        effects().start(run());
        effects().start(run());
        assertThat(there).hasSize(1);
        assertThat(written).hasSize(2);
    }

    @Test
    void aJobOfSomebodyElseIsARefusal() {
        PyJob other = run();
        other.getMetadata()
                .setOwnerReferences(List.of(new OwnerReferenceBuilder()
                        .withApiVersion("pyjob.io/v1alpha1")
                        .withKind("PyJobSchedule")
                        .withName("nightly")
                        .withUid("an earlier one")
                        .build()));
        there.put("nightly-202611220200", other);
        assertThatThrownBy(() -> effects().start(run())).isInstanceOfSatisfying(ApiRefusal.class, refusal -> {
            assertThat(refusal.refusalCause()).isEqualTo(Cause.NAME_TAKEN);
            assertThat(refusal.object()).isEqualTo("nightly-202611220200");
        });
        assertThat(written).isEmpty();
    }

    @Test
    void whatTheServerRefusesIsARefusalWithItsWords() {
        refuses = 403;
        assertThatThrownBy(() -> effects().start(run()))
                .isInstanceOfSatisfying(
                        ApiRefusal.class,
                        refusal -> assertThat(refusal.refusalCause()).isEqualTo(Cause.QUOTA_EXCEEDED))
                .hasMessageContaining("exceeded quota: few");
    }

    @Test
    void whatMayBeOverInAMomentIsNone() {
        refuses = 503;
        assertThatThrownBy(() -> effects().start(run())).isInstanceOf(KubernetesClientException.class);
    }

    @Test
    void aRunIsDeletedOnceOrTwice() {
        effects().start(run());
        effects().delete("nightly-202611220200", "it is of long ago");
        effects().delete("nightly-202611220200", "it is of long ago");
        assertThat(there).isEmpty();
    }

    @Test
    void refusedRunsAreTriedAgainLaterAndLaterUntilOneIsTaken() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            refusals.refused(schedule, new ApiRefusal("nightly-1", false, Cause.QUOTA_EXCEEDED, "no"), NOW);
            Instant retryAt = refusals.of(schedule).orElseThrow().retryAt();
            waits.add(Duration.between(NOW, retryAt).toSeconds());
        }
        assertThat(waits).containsExactly(5L, 10L, 20L, 40L, 80L, 80L, 80L);
        effects().start(run());
        assertThat(refusals.of(schedule)).isEmpty();
    }

    private ScheduleEffects effects() {
        return new ScheduleEffects(client, written::add, refusals, schedule);
    }

    /** What a plan has for 02:00. */
    private PyJob run() {
        List<PyJob> runs = new ArrayList<>();
        SchedulePlanner.plan(schedule, List.of(), NOW, Optional.empty())
                .actions()
                .forEach(action -> action.carryOut(new ScheduleAction.Effects() {
                    @Override
                    public void start(PyJob run) {
                        runs.add(run);
                    }

                    @Override
                    public void delete(String run, String reason) {
                        throw new AssertionError(run + " is not there");
                    }
                }));
        return runs.get(0);
    }

    private static PyJobSchedule schedule() {
        return Serialization.unmarshal("""
                apiVersion: pyjob.io/v1alpha1
                kind: PyJobSchedule
                metadata:
                  name: nightly
                  namespace: science
                  uid: 4711
                  creationTimestamp: "2026-11-22T01:00:00Z"
                spec:
                  schedule: "0 2 * * *"
                  template: {spec: {script: {path: report.py}}}
                """, PyJobSchedule.class);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getPath();
        String name = path.startsWith(RUNS + "/") ? path.substring(RUNS.length() + 1) : "";
        asked.add(exchange.getRequestMethod() + " " + path + " " + body);
        switch (exchange.getRequestMethod()) {
            case "POST" -> create(exchange, Serialization.unmarshal(body, PyJob.class));
            case "GET" -> answer(exchange, there.get(name));
            case "DELETE" -> answer(exchange, there.remove(name));
            default -> throw new AssertionError(asked.toString());
        }
    }

    private void create(HttpExchange exchange, PyJob job) throws IOException {
        String name = job.getMetadata().getName();
        if (refuses != 0) {
            answer(exchange, refuses, status(refuses, "pyjobs \"" + name + "\" is forbidden: exceeded quota: few"));
        } else if (there.putIfAbsent(name, job) != null) {
            answer(exchange, 409, status(409, "pyjobs \"" + name + "\" already exists"));
        } else {
            answer(exchange, 201, Serialization.asJson(job));
        }
    }

    private static void answer(HttpExchange exchange, @Nullable PyJob job) throws IOException {
        if (job == null) {
            answer(exchange, 404, status(404, "not found"));
        } else {
            answer(exchange, 200, Serialization.asJson(job));
        }
    }

    private static String status(int code, String message) {
        return Serialization.asJson(
                Map.of("apiVersion", "v1", "kind", "Status", "status", "Failure", "code", code, "message", message));
    }

    private static void answer(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
