package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.pyjob.api.PyJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Lets nobody connect to a job's pods but the job's own pods. One for each job, because a policy cannot say "of the same
 * job as you": it compares labels with values it is given.
 *
 * <p>All ports are open between pods of the job: executors' block managers listen where they find room, and libraries open
 * ports of their own, such as the trackers of distributed training. What pods may connect to is left open: a pod's two
 * containers share one network, so what Spark must reach, the script can reach too.
 *
 * <p>Executors' metrics are for everyone: they are numbers, and which Prometheus asks, nobody knows here. By the port's name,
 * which no other pod of the job has. Spark's UI is for the installation's proxy, which asks who wants to see it.
 */
public final class NetworkPolicyObject {
    /** The labels of the pods that show people Spark's UIs; the chart gives them these. */
    private static final Map<String, String> PROXY =
            Map.of("app.kubernetes.io/part-of", "pyjob", "app.kubernetes.io/component", "ui");

    private NetworkPolicyObject() {}

    public static NetworkPolicy of(PyJob job, PodSettings settings) {
        Map<String, String> pods = Map.of(Labels.JOB, JobNames.of(job).base());
        return new NetworkPolicyBuilder()
                .withMetadata(OwnedMetadata.of(job, JobNames.of(job).networkPolicy(), Labels.of(job)))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(pods)
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .withIngress(ingress(job, pods, settings))
                .endSpec()
                .build();
    }

    private static List<NetworkPolicyIngressRule> ingress(PyJob job, Map<String, String> pods, PodSettings settings) {
        List<NetworkPolicyIngressRule> rules = new ArrayList<>();
        rules.add(new NetworkPolicyIngressRuleBuilder()
                .addNewFrom()
                .withNewPodSelector()
                .withMatchLabels(pods)
                .endPodSelector()
                .endFrom()
                .build());
        if (settings.hasExecutorMetrics()) {
            rules.add(new NetworkPolicyIngressRuleBuilder()
                    .addNewPort()
                    .withPort(new IntOrString(ExecutorPod.METRICS))
                    .withProtocol("TCP")
                    .endPort()
                    .build());
        }
        if (settings.ui().hasProxy()) {
            rules.add(new NetworkPolicyIngressRuleBuilder()
                    .addNewFrom()
                    .withNewNamespaceSelector()
                    .addToMatchLabels(
                            "kubernetes.io/metadata.name", settings.ui().proxyNamespace())
                    .endNamespaceSelector()
                    .withNewPodSelector()
                    .withMatchLabels(PROXY)
                    .endPodSelector()
                    .endFrom()
                    .addNewPort()
                    .withPort(new IntOrString(SparkUi.port(job)))
                    .withProtocol("TCP")
                    .endPort()
                    .build());
        }
        return rules;
    }
}
