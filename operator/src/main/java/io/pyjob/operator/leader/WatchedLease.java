package io.pyjob.operator.leader;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.pyjob.operator.logs.ApiFailure;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Lease, which remembers when this process last wrote it. */
final class WatchedLease extends LeaseLock {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final String name;

    /** Counted from before the request, as the time within the Lease is; null while it never was. */
    private volatile @Nullable Long renewedAt;

    private volatile boolean failing;

    WatchedLease(String namespace, String name, String identity) {
        super(namespace, name, identity);
        this.name = name;
    }

    Optional<Duration> sinceRenewal() {
        Long at = renewedAt;
        return at == null ? Optional.empty() : Optional.of(Duration.ofNanos(System.nanoTime() - at));
    }

    @Override
    public synchronized @Nullable LeaderElectionRecord get(KubernetesClient client) {
        return told(() -> Optional.ofNullable(super.get(client))).orElse(null);
    }

    @Override
    public synchronized void create(KubernetesClient client, LeaderElectionRecord holder) {
        renewed(() -> super.create(client, holder));
    }

    @Override
    public synchronized void update(KubernetesClient client, LeaderElectionRecord holder) {
        renewed(() -> super.update(client, holder));
    }

    /** A lease that is given up has an empty holder: a patch with none would leave the old one in place. */
    @Override
    protected Lease toResource(LeaderElectionRecord holder, ObjectMetaBuilder metadata) {
        Lease lease = super.toResource(holder, metadata);
        if (lease.getSpec().getHolderIdentity() == null) {
            lease.getSpec().setHolderIdentity("");
        }
        return lease;
    }

    private void renewed(Runnable write) {
        long before = System.nanoTime();
        told(() -> {
            write.run();
            return Optional.empty();
        });
        renewedAt = before;
    }

    /** The elector would log a stack trace each time. That another was faster is nothing to tell. */
    private Optional<LeaderElectionRecord> told(Supplier<Optional<LeaderElectionRecord>> request) {
        try {
            Optional<LeaderElectionRecord> answer = request.get();
            if (failing) {
                failing = false;
                LOG.info("the lease {} can be read and written again", name);
            }
            return answer;
        } catch (KubernetesClientException e) {
            if (!failing && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                failing = true;
                LOG.warn("the lease {} cannot be read or written: {}; it is tried again", name, ApiFailure.reason(e));
            }
            throw e;
        }
    }
}
