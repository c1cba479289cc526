package io.pyjob.operator.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReportAddressTest {
    private static final ReportAddress OURS = new ReportAddress("pyjob-report", "ops", "pod-a", "10.244.0.7", 7070);
    private static final ReportAddress OTHERS = new ReportAddress("pyjob-report", "ops", "pod-b", "10.244.0.8", 7070);

    private static Service service() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName("pyjob-report")
                .withNamespace("ops")
                .withUid("u-1")
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withName("report")
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
    }

    @Test
    void theLeadersPodIsBehindTheService() {
        assertThat(Serialization.asYaml(OURS.leading(service()))).isEqualTo("""
                ---
                apiVersion: "discovery.k8s.io/v1"
                kind: "EndpointSlice"
                metadata:
                  labels:
                    kubernetes.io/service-name: "pyjob-report"
                    endpointslice.kubernetes.io/managed-by: "pyjob"
                    app.kubernetes.io/managed-by: "pyjob"
                  name: "pyjob-report"
                  namespace: "ops"
                  ownerReferences:
                  - apiVersion: "v1"
                    kind: "Service"
                    name: "pyjob-report"
                    uid: "u-1"
                addressType: "IPv4"
                endpoints:
                - addresses:
                  - "10.244.0.7"
                  conditions:
                    ready: true
                    serving: true
                    terminating: false
                  targetRef:
                    kind: "Pod"
                    name: "pod-a"
                    namespace: "ops"
                ports:
                - name: "report"
                  port: 7070
                  protocol: "TCP"
                """);
    }

    @Test
    void anAddressOfTheSixthVersionSaysSo() {
        ReportAddress six = new ReportAddress("pyjob-report", "ops", "pod-a", "fd00::7", 7070);
        assertThat(six.leading(service()).getAddressType()).isEqualTo("IPv6");
    }

    @Test
    void aPortWithoutANameHasAnEmptyOne() {
        Service service = service();
        service.getSpec().getPorts().get(0).setName(null);
        assertThat(OURS.leading(service).getPorts().get(0).getName()).isEmpty();
    }

    @Test
    void whenNobodyLeadsThereIsNoAddress() {
        EndpointSlice nobody = OURS.nobody(service());
        assertThat(nobody.getEndpoints()).isEmpty();
        assertThat(nobody.getPorts()).isEqualTo(OURS.leading(service()).getPorts());
        assertThat(OURS.isOurs(nobody)).isFalse();
    }

    @Test
    void aSliceWithoutAddressesComesBackWithNull() {
        EndpointSlice there = new EndpointSliceBuilder(OURS.nobody(service())).build();
        there.setEndpoints(null);
        assertThat(OURS.isOurs(there)).isFalse();
        assertThat(ReportAddress.isRight(there, OURS.leading(service()))).isFalse();
    }

    @Test
    void whatIsRightIsLeft() {
        EndpointSlice wanted = OURS.leading(service());
        EndpointSlice there = new EndpointSliceBuilder(wanted)
                .editMetadata()
                .withResourceVersion("17")
                .addToLabels("someone", "else")
                .endMetadata()
                .build();
        assertThat(ReportAddress.isRight(there, wanted)).isTrue();
    }

    @Test
    void whatIsWrongIsWritten() {
        EndpointSlice wanted = OURS.leading(service());
        assertThat(ReportAddress.isRight(null, wanted)).isFalse();
        assertThat(ReportAddress.isRight(OTHERS.leading(service()), wanted)).isFalse();
        assertThat(ReportAddress.isRight(OURS.nobody(service()), wanted)).isFalse();
        assertThat(ReportAddress.isRight(
                        new ReportAddress("pyjob-report", "ops", "pod-a", "10.244.0.7", 7071).leading(service()),
                        wanted))
                .isFalse();
        EndpointSlice unlabelled = new EndpointSliceBuilder(wanted)
                .editMetadata()
                .withLabels(Map.of())
                .endMetadata()
                .build();
        assertThat(ReportAddress.isRight(unlabelled, wanted)).isFalse();
        EndpointSlice ofAnOlderService = new EndpointSliceBuilder(wanted)
                .editMetadata()
                .editFirstOwnerReference()
                .withUid("u-0")
                .endOwnerReference()
                .endMetadata()
                .build();
        assertThat(ReportAddress.isRight(ofAnOlderService, wanted)).isFalse();
    }

    @Test
    void onlyItsOwnAddressIsTakenAway() {
        assertThat(OURS.isOurs(OURS.leading(service()))).isTrue();
        assertThat(OURS.isOurs(OTHERS.leading(service()))).isFalse();
        assertThat(OURS.isOurs(null)).isFalse();
    }

    @Test
    void aServiceThatDoesNotServeIsTold() {
        assertThat(ReportAddress.fault(service(), "pyjob-report", "ops")).isEmpty();
        assertThat(ReportAddress.fault(null, "pyjob-report", "ops"))
                .hasValueSatisfying(text ->
                        assertThat(text).contains("no Service pyjob-report in namespace ops", "install the chart's"));
        Service selecting = service();
        selecting.getSpec().setSelector(Map.of("app", "x"));
        assertThat(ReportAddress.fault(selecting, "pyjob-report", "ops"))
                .hasValueSatisfying(text -> assertThat(text).contains("has a selector"));
    }
}
