package io.pyjob.operator.start;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that the operator must be allowed to do. The chart grants exactly these.
 *
 * @param resource with its subresource, such as pods or pyjobs/status
 */
public record Right(String group, String resource, String verb) {

    /** In each namespace whose jobs are run. */
    public static final List<Right> FOR_JOBS = join(
            of("pyjob.io", "pyjobs", "get", "list", "watch"),
            of("pyjob.io", "pyjobs/status", "patch"),
            of("", "pods", "get", "list", "watch", "create", "delete"),
            of("", "secrets", "get", "list", "watch", "create"),
            of("", "configmaps", "get", "list", "watch", "create"),
            of("", "services", "get", "list", "watch", "create"));

    /** In the operator's own namespace. */
    public static final List<Right> FOR_LEADING = join(
            of("coordination.k8s.io", "leases", "get", "create", "patch"),
            of("", "services", "get"),
            of("discovery.k8s.io", "endpointslices", "get", "create", "patch"));

    private static List<Right> of(String group, String resource, String... verbs) {
        return List.of(verbs).stream()
                .map(verb -> new Right(group, resource, verb))
                .toList();
    }

    @SafeVarargs
    private static List<Right> join(List<Right>... parts) {
        List<Right> all = new ArrayList<>();
        List.of(parts).forEach(all::addAll);
        return List.copyOf(all);
    }
}
