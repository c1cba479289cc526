package io.pyjob.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pyjob.api.PyJob;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an API server is asked for, and what its answers mean. */
final class DeletionTest {
    private static final Pod POD = new PodBuilder()
            .withNewMetadata()
            .withNamespace("science")
            .withName("flights-1-driver")
            .withUid("uid-of-the-pod")
            .withResourceVersion("7")
            .endMetadata()
            .build();

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private HttpServer server;
    private KubernetesClient client;
    private int answer = 200;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            byte[] status = "{\"kind\": \"Status\", \"apiVersion\": \"v1\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer, status.length);
            exchange.getResponseBody().write(status);
            exchange.close();
        });
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    private JsonNode preconditions(String request) throws IOException, InterruptedException {
        String said = asked.take();
        assertThat(said).startsWith(request + " ");
        return new ObjectMapper().readTree(said.substring(request.length())).path("preconditions");
    }

    @Test
    void aPodIsDeletedByItsUid() throws Exception {
        Deletion.ofPod(POD).carryOut(client);
        JsonNode preconditions = preconditions("DELETE /api/v1/namespaces/science/pods/flights-1-driver");
        assertThat(preconditions.path("uid").asText()).isEqualTo("uid-of-the-pod");
        assertThat(preconditions.has("resourceVersion"))
                .as("a pod changes all the time")
                .isFalse();
    }

    @Test
    void aJobIsDeletedInTheVersionThatWasLookedAt() throws Exception {
        PyJob job = new PyJob();
        job.getMetadata().setNamespace("science");
        job.getMetadata().setName("flights");
        job.getMetadata().setUid("uid-of-the-job");
        job.getMetadata().setResourceVersion("9");
        Deletion.ofJob(job).carryOut(client);
        JsonNode preconditions = preconditions("DELETE /apis/pyjob.io/v1alpha1/namespaces/science/pyjobs/flights");
        assertThat(preconditions.path("uid").asText()).isEqualTo("uid-of-the-job");
        assertThat(preconditions.path("resourceVersion").asText()).isEqualTo("9");
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 409})
    void whatIsGoneOrAnotherIsNoError(int code) {
        answer = code;
        Deletion.ofPod(POD).carryOut(client);
        assertThat(asked).hasSize(1);
    }

    @Test
    void aMissingRightIsOne() {
        answer = 403;
        assertThatThrownBy(() -> Deletion.ofPod(POD).carryOut(client))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(403));
    }
}
