package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The objects of one kind that belong to jobs, or to schedules, in all watched namespaces.
 *
 * <p>One informer for each namespace that is named, each with a store of its own: an informer takes what is in its store and
 * not in its list to have been deleted.
 */
final class ObjectCache<R extends HasMetadata, P extends HasMetadata> {
    /** A list in pages is never answered from an API server's own cache, which may be behind what was seen before. */
    private static final long PAGE = 500;

    private final Map<String, InformerEventSource<R, P>> byNamespace;

    /**
     * {@code kept} is what is kept in memory of each.
     *
     * @param owners what {@code kind} belongs to
     * @param matters whether a change of one is worth a look at its owner
     */
    ObjectCache(
            Class<R> kind,
            Class<P> owners,
            String labels,
            OnUpdateFilter<R> matters,
            EventSourceContext<P> context,
            UnaryOperator<R> kept) {
        Set<String> namespaces = context.getControllerConfiguration().getEffectiveNamespaces();
        byNamespace = namespaces.stream()
                .collect(Collectors.toUnmodifiableMap(
                        namespace -> namespace,
                        namespace -> informer(kind, owners, labels, matters, namespace, context, kept)));
    }

    Stream<InformerEventSource<R, P>> eventSources() {
        return byNamespace.values().stream();
    }

    Optional<R> get(String namespace, String name) {
        return of(namespace).flatMap(informer -> informer.get(new ResourceID(name, namespace)));
    }

    /** The objects whose owner has the name of {@code owner}; an older one may have had it, too. */
    Stream<R> of(P owner) {
        return of(owner.getMetadata().getNamespace()).stream()
                .flatMap(informer -> informer.getSecondaryResources(owner).stream());
    }

    void written(R object) {
        of(object.getMetadata().getNamespace())
                .ifPresent(informer -> informer.handleRecentResourceCreate(ResourceID.fromResource(object), object));
    }

    private Optional<InformerEventSource<R, P>> of(String namespace) {
        return Optional.ofNullable(byNamespace.get(Constants.WATCH_ALL_NAMESPACES))
                .or(() -> Optional.ofNullable(byNamespace.get(namespace)));
    }

    private static <R extends HasMetadata, P extends HasMetadata> InformerEventSource<R, P> informer(
            Class<R> kind,
            Class<P> owners,
            String labels,
            OnUpdateFilter<R> matters,
            String namespace,
            EventSourceContext<P> context,
            UnaryOperator<R> kept) {
        InformerEventSourceConfiguration<R> configuration = InformerEventSourceConfiguration.from(kind, owners)
                .withName(HasMetadata.getKind(kind) + "-" + namespace)
                .withNamespaces(Set.of(namespace))
                .withLabelSelector(labels)
                .withOnUpdateFilter(matters)
                .withItemStore(new TransformingItemStore<>(kept))
                .withInformerListLimit(PAGE)
                .build();
        return new InformerEventSource<>(configuration, context);
    }
}
