package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What pods are to have beside what PyJob makes them of: where they run, as whom, and what stands beside its containers. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = Rules.OWN_LABELS, message = Rules.OWN_LABELS_MESSAGE, fieldPath = ".labels")
@ValidationRule(
        value = Rules.TOKEN_OF_ACCOUNT,
        message = Rules.TOKEN_OF_ACCOUNT_MESSAGE,
        fieldPath = ".automountServiceAccountToken")
public record PodFields(
        @JsonPropertyDescription("Labels of the pods, beside PyJob's own.") @Size(max = 50)
        Map<String, @Pattern(Patterns.LABEL_VALUE) @Size(max = 63) String> labels,

        @JsonPropertyDescription("Annotations of the pods, beside PyJob's own.") @Size(max = 50)
        Map<String, @Size(max = 16_384) String> annotations,

        @JsonPropertyDescription("Labels that a node must have.") @Size(max = 50)
        Map<String, @Pattern(Patterns.LABEL_VALUE) @Size(max = 63) String> nodeSelector,

        @JsonPropertyDescription("Taints of nodes that do not keep the pods away.") @Size(max = 50)
        List<Toleration> tolerations,

        @JsonPropertyDescription("The PriorityClass of the pods.")
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        @Nullable
        String priorityClassName,

        @JsonPropertyDescription("The RuntimeClass of the pods, for instance of gVisor or of a GPU's runtime.")
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        @Nullable
        String runtimeClassName,

        @JsonPropertyDescription(
                "The scheduler that gives the pods their nodes; Kubernetes' own if there is none here. queue sets that of Volcano and YuniKorn.")
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        @Nullable
        String schedulerName,

        @JsonPropertyDescription(
                "The ServiceAccount of the pods, for a cloud's workload identity. User code then acts as that identity. It gets no token for Kubernetes' own API.")
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        @Nullable
        String serviceAccountName,

        @JsonPropertyDescription(
                "Whether all containers of the pods, and so user code, get a token of the service account for Kubernetes' own API. Needs serviceAccountName beside it.")
        @Nullable
        Boolean automountServiceAccountToken,

        @JsonPropertyDescription(
                "Secrets of type kubernetes.io/dockerconfigjson in the job's namespace, with which images are pulled.")
        @Size(max = 20)
        List<SecretName> imagePullSecrets,

        @JsonPropertyDescription(
                "All else that a pod can have, as a PodTemplateSpec: metadata with labels and annotations, and spec. It is merged into PyJob's pods; its containers jvm and python are PyJob's own, all others run beside them. What would break the job is refused.")
        @PreserveUnknownFields
        Map<String, Object> template) {
    /** Nothing beside. */
    public static final PodFields NONE =
            new PodFields(Map.of(), Map.of(), Map.of(), List.of(), null, null, null, null, null, List.of(), Map.of());

    public PodFields {
        labels = sorted(labels);
        annotations = sorted(annotations);
        nodeSelector = sorted(nodeSelector);
        tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
        imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
        template = template == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(template));
    }

    private static Map<String, String> sorted(Map<String, String> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
