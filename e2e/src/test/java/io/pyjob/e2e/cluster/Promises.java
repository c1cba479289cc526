package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What holds for every job, whatever a test is about. */
final class Promises {
    private Promises() {}

    /**
     * What a kubelet says when it did not look whether an object is there, and tries again: its own watch is slow, as on
     * a machine with too much to do; or the pod is not on its list of pods that need the object, because it mounts
     * before it has listed (kubernetes/kubernetes#140037) or when the pod is being deleted (#113289). Of an object that
     * is not there it says "not found".
     */
    private static final Pattern KUBELET_DID_NOT_LOOK = Pattern.compile(
            "cache: timed out waiting for the condition$|: object \"[^\"]+\"/\"[^\"]+\" not registered$");

    /** Kubernetes deletes a job's objects in any order: a pod that is being started may miss what has gone before it. */
    private static boolean tellsOfDeletion(TestNamespace namespace, Event event) {
        return namespace.isOfDeletedJob(event.getInvolvedObject().getName())
                && event.getMessage().endsWith(" not found");
    }

    static void areKept(TestNamespace namespace) {
        assertThat(namespace.events())
                .as("Secret, ConfigMap and Service are there before a pod is, and as long")
                .filteredOn(event -> "FailedMount".equals(event.getReason()))
                .filteredOn(event -> !tellsOfDeletion(namespace, event))
                .extracting(Promises::text)
                .filteredOn(text -> !KUBELET_DID_NOT_LOOK.matcher(text).find())
                .isEmpty();
        assertThat(namespace.events())
                .as("every pod meets the restricted standard")
                .extracting(Promises::text)
                .noneMatch(text -> text.contains("violates PodSecurity"));
        assertThat(namespace.pods()).allSatisfy(Promises::holdsNoToken);
    }

    /** No volume can bring a service account's token. */
    static void holdsNoToken(Pod pod) {
        String name = pod.getMetadata().getName();
        assertThat(pod.getSpec().getAutomountServiceAccountToken()).as(name).isFalse();
        assertThat(pod.getSpec().getVolumes())
                .as("volumes of " + name)
                .extracting(Volume::getProjected)
                .containsOnlyNulls();
        assertThat(containers(pod))
                .flatExtracting(Container::getVolumeMounts)
                .extracting(mount -> mount.getMountPath())
                .as("mounts of " + name)
                .noneMatch(path -> path.startsWith("/var/run/secrets"));
    }

    static List<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
                .toList();
    }

    private static String text(Event event) {
        return event.getInvolvedObject().getKind() + " "
                + event.getInvolvedObject().getName() + ": " + event.getReason() + ": " + event.getMessage();
    }
}
