package io.pyjob.operator.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes part in the election of a leader, once: who has led and does not any more must end.
 *
 * <p>The elector's own deadline is looked at only between its requests, and a request may hang. So a second thread, which
 * never waits for the network, watches when the lease was last renewed.
 */
public final class Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final long LOOK_MILLIS = 250;

    private final LeaseSettings settings;
    private final WatchedLease lease;
    private final Consumer<String> lost;
    private final ExecutorService elections = Executors.newCachedThreadPool(daemon("lease"));
    private final Thread watch = daemon("lease-watch").newThread(this::watch);
    private final LeaderElector elector;
    private final CountDownLatch won = new CountDownLatch(1);
    private volatile boolean releasing;
    private @Nullable CompletableFuture<?> election;

    /**
     * @param client whose requests end well before the lease does, and are not tried again: the elector does that
     * @param lost is told why this process does not lead any more; called once at least, from any thread, and must not
     *     return to a process that goes on
     */
    public Leadership(
            KubernetesClient client, LeaseSettings settings, String namespace, String identity, Consumer<String> lost) {
        this.settings = settings;
        this.lost = lost;
        this.lease = new WatchedLease(namespace, settings.name(), identity);
        this.elector = new LeaderElector(
                client,
                new LeaderElectionConfig(
                        lease,
                        settings.duration(),
                        settings.renewDeadline(),
                        settings.retryPeriod(),
                        new LeaderCallbacks(won::countDown, this::stoppedLeading, this::newLeader),
                        true,
                        settings.name()),
                elections);
    }

    /** Waits until this process leads. */
    public void acquire() throws InterruptedException {
        election = elector.start();
        won.await();
        watch.start();
    }

    /** Gives the lease up, so that another operator leads at once. The work must have ended. */
    public void release() {
        releasing = true;
        watch.interrupt();
        CompletableFuture<?> running = election;
        if (running != null) {
            running.cancel(true);
        }
    }

    /** How long ago the lease was renewed; empty if this process has never had it. */
    public Optional<Duration> sinceRenewal() {
        return lease.sinceRenewal();
    }

    private void watch() {
        try {
            while (!releasing) {
                Duration since = lease.sinceRenewal().orElse(Duration.ZERO);
                if (since.compareTo(settings.renewDeadline()) > 0) {
                    fail("the lease " + settings.name() + " could not be renewed for " + since.toSeconds() + " s");
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the lease is being released
        }
    }

    private void stoppedLeading() {
        if (won.getCount() == 0) {
            fail("the lease " + settings.name() + " is another's, or could not be renewed in time");
        }
    }

    private void fail(String why) {
        if (!releasing) {
            lost.accept(why);
        }
    }

    private void newLeader(@Nullable String leader) {
        if (leader != null && !leader.isEmpty() && !leader.equals(lease.identity())) {
            LOG.info("{} leads", leader);
        }
    }

    private static ThreadFactory daemon(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
