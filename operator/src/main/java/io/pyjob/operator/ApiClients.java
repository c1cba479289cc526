package io.pyjob.operator;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.pyjob.operator.leader.LeaseSettings;
import java.time.Duration;
import java.util.Optional;

/** The clients of the API server, as KUBECONFIG or the pod's service account has it. */
final class ApiClients {
    private static final int REQUEST_MILLIS = 10_000;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int RETRIES = 3;

    private ApiClients() {}

    /** For the work. A request that fails is tried again shortly; after that it is for JOSDK to try the job again. */
    static KubernetesClient client(Interceptor counter) {
        Config config = new ConfigBuilder(Config.autoConfigure(null))
                .withUserAgent("pyjob-operator")
                .withRequestTimeout(REQUEST_MILLIS)
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestRetryBackoffLimit(RETRIES)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(new KubernetesSerialization(mapper(), true))
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("pyjob-metrics", counter))
                .build();
    }

    /** For who shows jobs' pages: people wait for the answer, so a request is tried once more and no longer. */
    static KubernetesClient ofUi() {
        Config config = new ConfigBuilder(Config.autoConfigure(null))
                .withUserAgent("pyjob-ui")
                .withRequestTimeout(CONNECT_MILLIS)
                .withConnectionTimeout(CONNECT_MILLIS)
                .withRequestRetryBackoffLimit(1)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(new KubernetesSerialization(mapper(), true))
                .build();
    }

    /**
     * Passes over what is large and what nobody looks at. Informers hold all that they list until they have listed all, so
     * that a thousand jobs need three times the memory at the start otherwise.
     */
    private static ObjectMapper mapper() {
        return new ObjectMapper()
                .addMixIn(ObjectMeta.class, WithoutManagedFields.class)
                .addMixIn(Pod.class, SpecIsOnlyWritten.class);
    }

    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {}

    @JsonIgnoreProperties(value = "spec", allowGetters = true)
    private interface SpecIsOnlyWritten {}

    /** For what has a deadline of its own, such as the lease: a request ends soon, and is not tried again. */
    static KubernetesClient prompt(KubernetesClient client, Optional<LeaseSettings> lease) {
        int millis = (int) lease.map(LeaseSettings::renewDeadline)
                .map(deadline -> deadline.dividedBy(2))
                .filter(half -> half.toMillis() < CONNECT_MILLIS)
                .orElse(Duration.ofMillis(CONNECT_MILLIS))
                .toMillis();
        return client.newClient(
                        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                                .withRequestTimeout(millis)
                                .withRequestRetryBackoffLimit(0)
                                .build())
                .adapt(KubernetesClient.class);
    }
}
