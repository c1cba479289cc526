package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.AnyType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A folder for containers of the job: what is in it, where it is mounted, and who gets it. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = Rules.ONE_VOLUME_SOURCE, message = Rules.ONE_VOLUME_SOURCE_MESSAGE)
@ValidationRule(value = Rules.OWN_FOLDER, message = Rules.OWN_FOLDER_MESSAGE, fieldPath = ".mountPath")
@ValidationRule(value = Rules.LOCAL_DIR, message = Rules.LOCAL_DIR_MESSAGE, fieldPath = ".localDir")
@ValidationRule(value = Rules.HOST_PATH, message = Rules.HOST_PATH_MESSAGE, fieldPath = ".hostPath")
public record VolumeSpec(
        @JsonPropertyDescription(
                "What it is called; ./pyjob run --volume NAME=FOLDER gives a local run a folder for it.")
        @Required
        @Pattern(Patterns.DNS_LABEL)
        @Size(max = 50)
        String name,

        @JsonPropertyDescription("Where containers find it: an absolute path.")
        @Required
        @Pattern(Patterns.MOUNT_PATH)
        @Size(max = 512)
        String mountPath,

        @JsonPropertyDescription("A folder in it that is mounted instead of the whole.")
        @Pattern(Patterns.SUB_PATH)
        @Size(max = 512)
        @Nullable
        String subPath,

        @JsonPropertyDescription("Whether containers may only read it.") @Nullable
        Boolean readOnly,

        @JsonPropertyDescription(
                "Which containers get it: jvm, python. If there is none here: both, but only jvm for secret, projected and csi.")
        @Size(max = 2)
        List<ContainerRole> containers,

        @JsonPropertyDescription("Which pods get it: driver, executors; both if there is none here.") @Size(max = 2)
        List<PodRole> pods,

        @JsonPropertyDescription(
                "Whether Spark keeps shuffle files and what it spills here, instead of in PyJob's own volume; for emptyDir and ephemeral.")
        @Nullable
        Boolean localDir,

        @JsonPropertyDescription("A PersistentVolumeClaim in the job's namespace.")
        @Pattern(Patterns.DNS_SUBDOMAIN)
        @Size(max = 253)
        @Nullable
        String claim,

        @JsonPropertyDescription("A Secret in the job's namespace, its keys as files.") @Nullable
        KeyFiles secret,

        @JsonPropertyDescription("A ConfigMap in the job's namespace, its keys as files.") @Nullable
        KeyFiles configMap,

        @JsonPropertyDescription("A folder of each pod's own, empty at first and gone with it.") @Nullable
        EmptyDirSpec emptyDir,

        @JsonPropertyDescription("Several sources in one folder, as a pod has them: tokens, Secrets, ConfigMaps.")
        @Nullable
        AnyType projected,

        @JsonPropertyDescription("A volume of a CSI driver, as a pod has it.") @Nullable
        AnyType csi,

        @JsonPropertyDescription("A claim of each pod's own, made for it and gone with it, as a pod has it.") @Nullable
        AnyType ephemeral,

        @JsonPropertyDescription("Refused: use claim, and let a PersistentVolume be the node's folder.") @Size(max = 2)
        Map<String, @Size(max = 512) String> hostPath) {
    public VolumeSpec {
        containers = containers == null ? List.of() : List.copyOf(containers);
        pods = pods == null ? List.of() : List.copyOf(pods);
        hostPath = hostPath == null ? Map.of() : Map.copyOf(hostPath);
    }

    /** Whether that container of that pod gets it. */
    public boolean isFor(PodRole pod, ContainerRole container) {
        boolean here = containers.isEmpty()
                ? container == ContainerRole.JVM || !holdsSecrets()
                : containers.contains(container);
        return here && isFor(pod);
    }

    /** Whether any container of that pod gets it. */
    public boolean isFor(PodRole pod) {
        return pods.isEmpty() || pods.contains(pod);
    }

    private boolean holdsSecrets() {
        return secret != null || projected != null || csi != null;
    }

    /** Whether containers may only read it. */
    public boolean isReadOnly() {
        return Boolean.TRUE.equals(readOnly);
    }

    /** Whether Spark keeps its own files in it. */
    public boolean isLocalDir() {
        return Boolean.TRUE.equals(localDir);
    }
}
