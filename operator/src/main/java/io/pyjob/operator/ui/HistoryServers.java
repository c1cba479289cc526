package io.pyjob.operator.ui;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Where the history servers are.
 *
 * @param address of the one of all namespaces, or with {@code {namespace}} in it, of each namespace's own; empty for none
 * @param namespaces those that have one of their own; empty where one serves all
 */
public record HistoryServers(String address, Set<String> namespaces) {
    private static final String NAMESPACE = "{namespace}";

    public HistoryServers {
        namespaces = Set.copyOf(namespaces);
    }

    /** The one that has that namespace's event logs. */
    Optional<URI> of(String namespace) {
        if (address.isEmpty() || (!namespaces.isEmpty() && !namespaces.contains(namespace))) {
            return Optional.empty();
        }
        return Optional.of(URI.create(address.replace(NAMESPACE, namespace)));
    }
}
