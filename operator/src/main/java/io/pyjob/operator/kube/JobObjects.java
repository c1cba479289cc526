package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.pyjob.api.PyJob;
import io.pyjob.api.Timeline;
import io.pyjob.operator.plan.DriverReport;
import io.pyjob.operator.plan.Observed;
import io.pyjob.operator.plan.ObservedPod;
import io.pyjob.operator.plan.Refusal;
import io.pyjob.operator.pods.JobNames;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The objects of all jobs as the informers have them. What this operator has created is in sight at once. */
final class JobObjects {
    private static final String OURS = "app.kubernetes.io/managed-by=pyjob";

    private final ObjectCache<Pod, PyJob> pods;
    private final ObjectCache<ConfigMap, PyJob> configMaps;
    private final ObjectCache<Secret, PyJob> secrets;
    private final ObjectCache<Service, PyJob> services;

    JobObjects(EventSourceContext<PyJob> context) {
        pods = ofJobs(Pod.class, context, Kept::of);
        configMaps = ofJobs(ConfigMap.class, context, Kept::of);
        secrets = ofJobs(Secret.class, context, Kept::of);
        services = ofJobs(Service.class, context, Kept::of);
    }

    private static <R extends HasMetadata> ObjectCache<R, PyJob> ofJobs(
            Class<R> kind, EventSourceContext<PyJob> context, UnaryOperator<R> kept) {
        return new ObjectCache<>(kind, PyJob.class, OURS, (after, before) -> true, context, kept);
    }

    List<EventSource<?, PyJob>> eventSources() {
        return Stream.of(pods, configMaps, secrets, services)
                .<EventSource<?, PyJob>>flatMap(ObjectCache::eventSources)
                .toList();
    }

    /** What there is of {@code job}; objects of the same names that are not its own do not count. */
    Observed observe(PyJob job, Optional<DriverReport> report, List<Refusal> refusals, Timeline noted) {
        JobNames names = JobNames.of(job);
        List<ObservedPod> seen = pods.of(job)
                .filter(pod -> isOwned(pod, job))
                .flatMap(pod -> PodReading.of(pod).stream())
                .toList();
        return new Observed(
                owned(secrets, job, names.secret()).isPresent(),
                owned(configMaps, job, names.configMap()).isPresent(),
                owned(services, job, names.service()).map(s -> s.getSpec().getClusterIP()),
                seen,
                report,
                refusals,
                noted);
    }

    /** The pod of that name, if it is of {@code job}. */
    Optional<Pod> pod(PyJob job, String name) {
        return owned(pods, job, name);
    }

    /** The Secret of {@code job}. */
    Optional<Secret> secret(PyJob job) {
        return owned(secrets, job, JobNames.of(job).secret());
    }

    /** Takes note of an object that has just been written, so that nobody waits for the informer to see it. */
    void written(HasMetadata object) {
        if (object instanceof Pod pod) {
            pods.written(pod);
        } else if (object instanceof Secret secret) {
            secrets.written(secret);
        } else if (object instanceof ConfigMap configMap) {
            configMaps.written(configMap);
        } else if (object instanceof Service service) {
            services.written(service);
        } // others are written once, and nobody looks at them again
    }

    static boolean isOwned(HasMetadata object, PyJob job) {
        return Kept.owner(object).filter(job.getMetadata().getUid()::equals).isPresent();
    }

    private static <R extends HasMetadata> Optional<R> owned(ObjectCache<R, PyJob> cache, PyJob job, String name) {
        return cache.get(job.getMetadata().getNamespace(), name).filter(object -> isOwned(object, job));
    }
}
