package io.pyjob.operator.start;

import java.util.List;
import java.util.stream.Stream;

/**
 * Something that the operator must be allowed to do. The chart grants exactly these.
 *
 * @param resource with its subresource, such as pods or pyjobs/status
 */
public record Right(String group, String resource, String verb) {

    /** In each namespace whose jobs are run. */
    private static final List<Right> FOR_JOBS = Stream.of(
                    of("pyjob.io", "pyjobs", "get", "list", "watch", "create", "delete"),
                    of("pyjob.io", "pyjobs/status", "patch"),
                    of("pyjob.io", "pyjobschedules", "get", "list", "watch"),
                    of("pyjob.io", "pyjobschedules/status", "patch"),
                    of("", "pods", "get", "list", "watch", "create", "delete"),
                    of("", "secrets", "get", "list", "watch", "create"),
                    of("", "configmaps", "get", "list", "watch", "create"),
                    of("", "services", "get", "list", "watch", "create"),
                    of("", "events", "get", "create", "patch"))
            .flatMap(r -> r)
            .toList();

    private static final List<Right> FOR_POLICIES =
            of("networking.k8s.io", "networkpolicies", "get", "create").toList();

    /**
     * In each namespace whose jobs are run.
     *
     * @param networkPolicies whether jobs get any
     */
    public static List<Right> forJobs(boolean networkPolicies) {
        return Stream.concat(FOR_JOBS.stream(), networkPolicies ? FOR_POLICIES.stream() : Stream.empty())
                .toList();
    }

    /** On the Lease, in the operator's own namespace. */
    public static final List<Right> ON_LEASE =
            of("coordination.k8s.io", "leases", "get", "create", "patch").toList();

    /** On the report Service and its EndpointSlice, which has the same name. */
    public static final List<Right> ON_REPORT_SERVICE = Stream.concat(
                    of("", "services", "get"), of("discovery.k8s.io", "endpointslices", "get", "create", "patch"))
            .toList();

    private static Stream<Right> of(String group, String resource, String... verbs) {
        return Stream.of(verbs).map(verb -> new Right(group, resource, verb));
    }
}
