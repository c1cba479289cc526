package io.pyjob.operator.leader;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The address behind the report Service: an EndpointSlice with the leader's pod in it, or with none. Pure.
 *
 * @param service the Service's name, and the slice's
 * @param namespace the operator's
 * @param podName the leader's pod
 * @param podIp its address
 * @param port what it listens on
 */
public record ReportAddress(String service, String namespace, String podName, String podIp, int port) {
    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

    /** The slice while this pod leads. */
    EndpointSlice leading(Service of) {
        return slice(
                of,
                List.of(new EndpointBuilder()
                        .withAddresses(podIp)
                        .withNewConditions()
                        .withReady(true)
                        .withServing(true)
                        .withTerminating(false)
                        .endConditions()
                        .withNewTargetRef()
                        .withKind("Pod")
                        .withName(podName)
                        .withNamespace(namespace)
                        .endTargetRef()
                        .build()));
    }

    /** The slice when nobody leads: a report is refused at once, and goes to no pod that has got the address since. */
    EndpointSlice nobody(Service of) {
        return slice(of, List.of());
    }

    /** Whether what is there says what it should; what others have added to it does not matter. */
    static boolean isRight(@Nullable EndpointSlice there, EndpointSlice wanted) {
        return there != null
                && there.getMetadata().getLabels() != null
                && there.getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(wanted.getMetadata().getLabels().entrySet())
                && owners(there).equals(owners(wanted))
                && there.getPorts().equals(wanted.getPorts())
                && addresses(there).equals(addresses(wanted));
    }

    /** Whether the slice points to this pod. */
    boolean isOurs(@Nullable EndpointSlice there) {
        return there != null && addresses(there).equals(List.of(List.of(podIp)));
    }

    /** What is wrong with the Service, if it is: in words for people. */
    static Optional<String> fault(@Nullable Service service, String name, String namespace) {
        if (service == null) {
            return Optional.of("there is no Service " + name + " in namespace " + namespace
                    + ": drivers cannot report by that name; install the chart's, or set PYJOB_REPORT_SERVICE");
        }
        Map<String, String> selector = service.getSpec().getSelector();
        if (selector != null && !selector.isEmpty()) {
            return Optional.of("the Service " + name + " in namespace " + namespace
                    + " has a selector: drivers report to operators that do not lead; remove the selector");
        }
        return Optional.empty();
    }

    private EndpointSlice slice(Service of, List<Endpoint> endpoints) {
        String portName = of.getSpec().getPorts().stream()
                .findFirst()
                .map(ServicePort::getName)
                .orElse(null);
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(service)
                .withNamespace(namespace)
                .addToLabels(SERVICE_NAME, service)
                .addToLabels(MANAGED_BY, "pyjob")
                .addToLabels("app.kubernetes.io/managed-by", "pyjob")
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Service")
                        .withName(service)
                        .withUid(of.getMetadata().getUid())
                        .build())
                .endMetadata()
                .withAddressType(podIp.contains(":") ? "IPv6" : "IPv4")
                .withEndpoints(endpoints)
                .addNewPort()
                .withName(portName == null ? "" : portName)
                .withProtocol("TCP")
                .withPort(port)
                .endPort()
                .build();
    }

    private static List<String> owners(EndpointSlice slice) {
        return slice.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .toList();
    }

    private static List<List<String>> addresses(EndpointSlice slice) {
        // An API server writes null for no endpoints.
        List<Endpoint> endpoints = Objects.requireNonNullElse(slice.getEndpoints(), List.of());
        return endpoints.stream().map(Endpoint::getAddresses).toList();
    }
}
