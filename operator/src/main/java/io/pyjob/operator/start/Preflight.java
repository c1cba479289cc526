package io.pyjob.operator.start;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pyjob.api.PyJob;
import io.pyjob.operator.logs.ApiFailure;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks whether the operator could work: an API server, the CRDs, the rights. Informers would fail later on the same, with
 * less to say.
 *
 * @param client whose requests are not tried again
 * @param namespaces whose jobs are to be run; empty for all
 * @param forJobs what it must be allowed to do there
 * @param own what the operator needs for itself
 */
public record Preflight(KubernetesClient client, Set<String> namespaces, List<Right> forJobs, Own own) {
    /**
     * In the operator's namespace.
     *
     * @param lease the Lease's name; empty if nobody else could lead
     */
    public record Own(String namespace, String reportService, Optional<String> lease) {}

    private static final String EVERYWHERE = "";
    private static final List<String> RESOURCES = List.of("pyjobs", "pyjobschedules");

    /** What is missing, if something is. */
    public Optional<Lack> lack() {
        try {
            return crd().or(this::rights);
        } catch (KubernetesClientException e) {
            return Optional.of(unreachable(e));
        }
    }

    /** The discovery of the API group needs no rights. */
    private Optional<Lack> crd() {
        String version = PyJob.class
                .getAnnotation(io.fabric8.kubernetes.model.annotation.Version.class)
                .value();
        Set<String> served = Optional.ofNullable(client.getApiResources("pyjob.io/" + version)).stream()
                .flatMap(list -> list.getResources().stream())
                .map(APIResource::getName)
                .collect(toSet());
        return RESOURCES.stream()
                .filter(resource -> !served.contains(resource))
                .findFirst()
                .map(missing -> Lack.ofCrd("the API server has no CustomResourceDefinition " + missing
                        + ".pyjob.io with version " + version + ": apply crds/" + missing + ".pyjob.io-v1.yml"));
    }

    private Optional<Lack> rights() {
        List<String> missing = new ArrayList<>();
        for (String namespace : namespaces.isEmpty() ? Set.of(EVERYWHERE) : namespaces) {
            describe(missing(forJobs, namespace, ""), namespace).ifPresent(missing::add);
        }
        List<Right> leading = new ArrayList<>(missing(Right.ON_REPORT_SERVICE, own.namespace(), own.reportService()));
        own.lease().ifPresent(lease -> leading.addAll(missing(Right.ON_LEASE, own.namespace(), lease)));
        describe(leading, own.namespace()).ifPresent(missing::add);
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Lack.ofRights("the operator's service account may not " + String.join("; nor ", missing)
                        + ": bind it to the roles of the chart, or set PYJOB_WATCH_NAMESPACES to where it has them"));
    }

    private List<Right> missing(Collection<Right> wanted, String namespace, String name) {
        return wanted.stream()
                .filter(right -> !isAllowed(right, namespace, name))
                .toList();
    }

    private boolean isAllowed(Right right, String namespace, String name) {
        String[] resource = right.resource().split("/", 2);
        SelfSubjectAccessReview review = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withGroup(right.group())
                .withResource(resource[0])
                .withSubresource(resource.length == 2 ? resource[1] : "")
                .withVerb(right.verb())
                .withNamespace(namespace)
                .withName(right.verb().equals("create") ? "" : name) // a rule about names says nothing of creation
                .endResourceAttributes()
                .endSpec()
                .build();
        return client.authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }

    static Optional<String> describe(List<Right> missing, String namespace) {
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        String where = namespace.equals(EVERYWHERE) ? "in all namespaces" : "in namespace " + namespace;
        return Optional.of(missing.stream()
                .collect(groupingBy(Right::resource, TreeMap::new, mapping(Right::verb, joining(", "))))
                .entrySet()
                .stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(joining("; ", "", " " + where)));
    }

    private Lack unreachable(KubernetesClientException e) {
        String server = "the API server at " + client.getMasterUrl();
        if (e.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED) {
            return Lack.ofRights(
                    server + " does not know the operator: its service account's token is missing or has expired");
        }
        if (e.getCode() != 0) {
            return Lack.ofApiServer(server + " refuses: " + ApiFailure.reason(e));
        }
        return Lack.ofApiServer(server + " cannot be reached: " + ApiFailure.root(e)
                + "; look at the network between, and at KUBERNETES_SERVICE_HOST or KUBECONFIG");
    }
}
