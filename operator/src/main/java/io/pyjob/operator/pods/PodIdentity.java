package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Which pod of its job a pod is, as its labels say.
 *
 * @param attempt the attempt it belongs to
 * @param executorId its executor id; empty for the driver's pod
 */
public record PodIdentity(int attempt, OptionalInt executorId) {

    /** Empty for a pod whose labels are not as {@link DriverPod} and {@link ExecutorPod} write them. */
    public static Optional<PodIdentity> of(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        if (labels == null) {
            return Optional.empty();
        }
        OptionalInt attempt = number(labels.get(Labels.ATTEMPT));
        OptionalInt id = number(labels.get(Labels.EXECUTOR_ID));
        String role = labels.getOrDefault(Labels.ROLE, "");
        boolean known = role.equals(Labels.DRIVER) ? id.isEmpty() : role.equals(Labels.EXECUTOR) && id.isPresent();
        return known && attempt.isPresent() ? Optional.of(new PodIdentity(attempt.getAsInt(), id)) : Optional.empty();
    }

    private static OptionalInt number(@Nullable String text) {
        return text != null && text.matches("[1-9][0-9]{0,8}")
                ? OptionalInt.of(Integer.parseInt(text))
                : OptionalInt.empty();
    }
}
