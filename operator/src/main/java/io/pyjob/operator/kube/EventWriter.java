package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pyjob.operator.plan.JobEvent;
import io.pyjob.operator.pods.JobNames;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Kubernetes events about jobs and schedules, on a thread of its own: an event tells, and nothing depends on it. One
 * that cannot be written is left; so are those of an object that has had many lately.
 */
final class EventWriter {
    private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);
    private static final int MOST_WAITING = 2_000;
    private static final int MOST_OF_A_JOB = 25;
    private static final Duration LATELY = Duration.ofMinutes(10);

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Deque<Instant>> lately = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), run -> {
                Thread t = new Thread(run, "pyjob-events");
                t.setDaemon(true);
                return t;
            });

    EventWriter(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
        thread.allowCoreThreadTimeOut(true);
    }

    void write(HasMetadata about, List<JobEvent> events) {
        for (JobEvent event : events) {
            if (!isWithinBounds(about)) {
                return;
            }
            Event object = object(about, event, clock.instant());
            try {
                thread.execute(() -> write(object));
            } catch (RejectedExecutionException e) {
                LOG.warn("an event of {} is left out, as {} others wait", title(about), MOST_WAITING);
            }
        }
    }

    void forget(String uid) {
        lately.remove(uid);
    }

    private boolean isWithinBounds(HasMetadata about) {
        Instant now = clock.instant();
        Deque<Instant> times = lately.computeIfAbsent(about.getMetadata().getUid(), uid -> new ArrayDeque<>());
        synchronized (times) {
            while (!times.isEmpty() && times.peek().isBefore(now.minus(LATELY))) {
                times.remove();
            }
            return times.size() < MOST_OF_A_JOB && times.add(now);
        }
    }

    private void write(Event event) {
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                again(event);
            } else {
                LOG.info("event {} of {} is not written: {}", event.getReason(), title(event), e.getMessage());
            }
        }
    }

    /** What was told before is told once more, not twice. */
    private void again(Event event) {
        try {
            client.resource(event)
                    .edit(there -> new EventBuilder(there)
                            .withCount(Objects.requireNonNullElse(there.getCount(), 1) + 1)
                            .withLastTimestamp(event.getLastTimestamp())
                            .build());
        } catch (KubernetesClientException e) {
            LOG.info("event {} of {} is not counted: {}", event.getReason(), title(event), e.getMessage());
        }
    }

    /** Its name follows from what it says, so that the same again finds the one before. */
    static Event object(HasMetadata about, JobEvent event, Instant now) {
        String uid = about.getMetadata().getUid();
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        String hash = String.format("%08x%08x", uid.hashCode(), event.hashCode());
        return new EventBuilder()
                .withNewMetadata()
                .withName(JobNames.base(about.getMetadata().getName(), JobNames.MAX_BASE) + "." + hash)
                .withNamespace(about.getMetadata().getNamespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withName(about.getMetadata().getName())
                .withNamespace(about.getMetadata().getNamespace())
                .withUid(uid)
                .endInvolvedObject()
                .withType(event.isWarning() ? "Warning" : "Normal")
                .withReason(event.reason())
                .withMessage(event.message())
                .withFirstTimestamp(time)
                .withLastTimestamp(time)
                .withCount(1)
                .withNewSource()
                .withComponent("pyjob-operator")
                .endSource()
                .withReportingComponent("pyjob-operator")
                .build();
    }

    private static String title(HasMetadata about) {
        return about.getMetadata().getNamespace() + "/" + about.getMetadata().getName();
    }

    private static String title(Event event) {
        return event.getInvolvedObject().getNamespace() + "/"
                + event.getInvolvedObject().getName();
    }
}
