package io.pyjob.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pod's template may not say, and why. The schema has no type for a template, so these are not on a record: the CRD's
 * rules are written from here, and {@code io.pyjob.api.manifest.PodRules} reads the same.
 */
public final class TemplateRules {
    /** A field of a pod's spec that is refused. */
    public record Refused(String type, String reason) {}

    private static final String NODES_OWN = "it would put the job among the node's own processes and ports";
    private static final String ACCOUNT = "write it beside template, where it says what user code may do";

    /** The fields of a pod's spec that are refused, with the type that Kubernetes gives them. */
    public static final Map<String, Refused> OF_POD = refused();

    /** The names of PyJob's own containers. */
    public static final List<String> OWN_CONTAINERS = List.of("jvm", "python");

    /** What of PyJob's own containers a template may say. */
    public static final List<String> OF_OWN_CONTAINER =
            List.of("name", "env", "envFrom", "volumeMounts", "volumeDevices", "resources");

    /** What people write most of the rest; the CRD knows these by name. */
    public static final Map<String, String> NOT_OF_OWN_CONTAINER = Map.of(
            "image", "string",
            "command", "array",
            "args", "array",
            "workingDir", "string",
            "ports", "array",
            "securityContext", "object");

    public static final String OWN_CONTAINER_MESSAGE =
            "is PyJob's own: a template can add env, envFrom, volumeMounts, volumeDevices and resources to it, and"
                    + " nothing else";

    static final String OWN_CONTAINER = "!has(self.name) || !(self.name in ['jvm', 'python'])"
            + " || !(has(self.image) || has(self.command) || has(self.args) || has(self.workingDir)"
            + " || has(self.ports) || has(self.securityContext))";

    public static final String INIT_CONTAINER_MESSAGE =
            "must have another name than jvm and python, PyJob's own containers, which stand under containers";

    static final String INIT_CONTAINER = "!has(self.name) || !(self.name in ['jvm', 'python'])";

    /** Volumes of PyJob's own that a template cannot be about. */
    static final List<String> OWN_VOLUMES = List.of(
            "conf",
            "secrets",
            "script",
            "requirements",
            "wheels",
            "hadoop-conf",
            "ivy-settings",
            "events",
            "log-copies");

    /** How volumes begin of which a job may have several: modules of ConfigMaps, and those of spec.volumes. */
    private static final String OWN_PREFIXES = "^(modules|user)-.*$";

    /** The volume that the containers of a pod share; a template may say where it is. */
    public static final String SHARED_VOLUME = "pyjob";

    public static final String OWN_VOLUME_MESSAGE = "must have another name than " + String.join(", ", OWN_VOLUMES)
            + ", and one that does not begin with modules- or user-: these are PyJob's own";

    static final String OWN_VOLUME = "!has(self.name) || !(self.name in ['" + String.join("', '", OWN_VOLUMES)
            + "'] || self.name.matches('" + OWN_PREFIXES + "'))";

    /** Whether a template's volume has a name that is PyJob's own. */
    public static boolean isOwnVolume(String name) {
        return OWN_VOLUMES.contains(name) || name.matches(OWN_PREFIXES);
    }

    public static final String SHARED_VOLUME_MESSAGE =
            "is the volume that the containers of one pod share: it can be an emptyDir or ephemeral, and nothing that"
                    + " other pods have too";

    private TemplateRules() {}

    private static Map<String, Refused> refused() {
        Map<String, Refused> refused = new LinkedHashMap<>();
        refused.put("hostNetwork", new Refused("boolean", NODES_OWN));
        refused.put("hostPID", new Refused("boolean", NODES_OWN));
        refused.put("hostIPC", new Refused("boolean", NODES_OWN));
        refused.put(
                "shareProcessNamespace",
                new Refused("boolean", "user code could read the memory and the secrets of the JVM beside it"));
        refused.put(
                "restartPolicy",
                new Refused("string", "a script is not safe to run twice by itself: spec.restart says when it is"));
        refused.put("activeDeadlineSeconds", new Refused("integer", "write it as spec.timeout.run"));
        refused.put("serviceAccountName", new Refused("string", ACCOUNT));
        refused.put("serviceAccount", new Refused("string", "write serviceAccountName beside template"));
        refused.put("automountServiceAccountToken", new Refused("boolean", ACCOUNT));
        return Collections.unmodifiableMap(refused);
    }

    /** What is said of a refused field. */
    public static String message(Refused refused) {
        return "cannot be said here: " + refused.reason();
    }
}
