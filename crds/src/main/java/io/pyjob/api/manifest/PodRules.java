package io.pyjob.api.manifest;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.pyjob.api.DriverSpec;
import io.pyjob.api.Patterns;
import io.pyjob.api.PodFields;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.Rules;
import io.pyjob.api.TemplateRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a job may say of its pods. A template has no schema of its own, so here is also what an API server cannot tell before
 * the pod is made: whether it can be read as a pod's template at all.
 */
public final class PodRules {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final Set<String> OF_TEMPLATE = Set.of("metadata", "spec");
    private static final Set<String> OF_METADATA = Set.of("labels", "annotations");
    private static final List<String> RESOURCES = List.of("cpu", "memory");

    private final List<Fault> faults;

    private PodRules(List<Fault> faults) {
        this.faults = faults;
    }

    /** All that is wrong with what a job says of its pods, for whoever has not read it by {@link Manifest}. */
    public static List<Fault> faultsOf(PyJobSpec spec) {
        List<Fault> faults = new ArrayList<>();
        PodRules rules = new PodRules(faults);
        DriverSpec driver = spec.driver();
        PodFields both = spec.pods();
        boolean hasAccount = both != null && both.serviceAccountName() != null;
        rules.template("spec.pods", both, hasAccount);
        rules.template("spec.driver.pod", driver.pod(), hasAccount);
        rules.template("spec.executors.pod", spec.executors().pod(), hasAccount);
        return Manifest.firstOfEachPath(faults);
    }

    private void template(String path, @Nullable PodFields fields, boolean bothHaveAccount) {
        if (fields != null && !fields.template().isEmpty()) {
            boolean hasAccount = bothHaveAccount || fields.serviceAccountName() != null;
            template(path + ".template", MAPPER.valueToTree(fields.template()), hasAccount);
        }
    }

    static void check(JsonNode spec, List<Fault> faults) {
        PodRules rules = new PodRules(faults);
        boolean hasAccount = spec.path("pods").has("serviceAccountName");
        rules.pod("spec.pods", spec.path("pods"), hasAccount);
        rules.pod("spec.driver.pod", spec.path("driver").path("pod"), hasAccount);
        rules.pod("spec.executors.pod", spec.path("executors").path("pod"), hasAccount);
        rules.queue(spec);
    }

    private void queue(JsonNode spec) {
        JsonNode queue = spec.path("queue");
        String scheduler = queue.path("scheduler").asText();
        if (scheduler.equals("Kueue")
                && queue.path("gang").asBoolean()
                && spec.path("executors").has("max")) {
            fault("spec.queue", Rules.KUEUE_GANG_MESSAGE);
        }
        boolean named = Stream.of(spec.path("pods"), spec.at("/driver/pod"), spec.at("/executors/pod"))
                .anyMatch(pod -> pod.has("schedulerName"));
        if (queue.isObject() && !scheduler.equals("Kueue") && named) {
            fault("spec.queue", Rules.QUEUE_SCHEDULER_MESSAGE);
        }
    }

    private void pod(String path, JsonNode pod, boolean bothHaveAccount) {
        keys(path + ".labels", pod.path("labels"), Patterns.LABEL_KEY);
        keys(path + ".annotations", pod.path("annotations"), Patterns.ANNOTATION_KEY);
        keys(path + ".nodeSelector", pod.path("nodeSelector"), Patterns.LABEL_KEY);
        if (hasOwnLabel(pod.path("labels"))) {
            fault(path + ".labels", Rules.OWN_LABELS_MESSAGE);
        }
        boolean hasAccount = pod.has("serviceAccountName");
        if (pod.path("automountServiceAccountToken").asBoolean() && !hasAccount) {
            fault(path + ".automountServiceAccountToken", Rules.TOKEN_OF_ACCOUNT_MESSAGE);
        }
        if (pod.path("template").isObject()) {
            template(path + ".template", pod.path("template"), hasAccount || bothHaveAccount);
        }
    }

    private void keys(String path, JsonNode map, String pattern) {
        map.fieldNames().forEachRemaining(key -> {
            if (!key.matches(pattern)) {
                fault(path + '[' + key + ']', "the key must be " + Patterns.words(pattern));
            }
        });
    }

    private static boolean hasOwnLabel(JsonNode labels) {
        List<String> names = new ArrayList<>();
        labels.fieldNames().forEachRemaining(names::add);
        return names.stream().anyMatch(PodRules::isOwnLabel);
    }

    private static boolean isOwnLabel(String name) {
        return name.startsWith("pyjob.io/")
                || Set.of("name", "instance", "managed-by", "component").stream()
                        .anyMatch(part -> name.equals("app.kubernetes.io/" + part));
    }

    private void template(String path, JsonNode template, boolean hasAccount) {
        known(path, template, OF_TEMPLATE);
        known(path + ".metadata", template.path("metadata"), OF_METADATA);
        if (hasOwnLabel(template.at("/metadata/labels"))) {
            fault(path + ".metadata.labels", Rules.OWN_LABELS_MESSAGE);
        }
        spec(path + ".spec", template.path("spec"), hasAccount);
        readable(path, template);
        new TemplateSpelling(faults).check(path, template);
    }

    private void known(String path, JsonNode value, Set<String> known) {
        value.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                String all = known.stream().sorted().collect(Collectors.joining(", "));
                fault(path + '.' + name, "unknown field; known here are " + all);
            }
        });
    }

    private void spec(String path, JsonNode spec, boolean hasAccount) {
        TemplateRules.OF_POD.forEach((field, refused) -> {
            if (spec.has(field)) {
                fault(path + '.' + field, TemplateRules.message(refused));
            }
        });
        for (int i = 0; i < spec.path("containers").size(); i++) {
            container(path + ".containers[" + i + ']', spec.at("/containers/" + i));
        }
        for (int i = 0; i < spec.path("initContainers").size(); i++) {
            JsonNode container = spec.at("/initContainers/" + i);
            if (isOwn(container)) {
                fault(path + ".initContainers[" + i + ']', TemplateRules.INIT_CONTAINER_MESSAGE);
            }
            named(path + ".initContainers[" + i + ']', container);
            mounts(path + ".initContainers[" + i + ']', container, false);
        }
        for (int i = 0; i < spec.path("volumes").size(); i++) {
            volume(path + ".volumes[" + i + ']', spec.at("/volumes/" + i), hasAccount);
        }
    }

    private static boolean isOwn(JsonNode container) {
        return TemplateRules.OWN_CONTAINERS.contains(container.path("name").asText());
    }

    private void named(String path, JsonNode value) {
        if (value.isObject() && !value.path("name").isTextual()) {
            fault(path + ".name", "is required");
        }
    }

    private void container(String path, JsonNode container) {
        named(path, container);
        boolean own = isOwn(container);
        mounts(path, container, own);
        if (!own) {
            if (container.has("restartPolicy")) {
                fault(
                        path + ".restartPolicy",
                        "leave it out: containers beside PyJob's own are started again until those have ended");
            }
            return;
        }
        List<String> names = new ArrayList<>();
        container.fieldNames().forEachRemaining(names::add);
        if (!TemplateRules.OF_OWN_CONTAINER.containsAll(names)) {
            fault(path, TemplateRules.OWN_CONTAINER_MESSAGE);
        }
        for (String part : List.of("requests", "limits")) {
            for (String resource : RESOURCES) {
                if (container.path("resources").path(part).has(resource)) {
                    fault(
                            path + ".resources." + part + '.' + resource,
                            "follows from spec.driver and spec.executors: write it there");
                }
            }
        }
        for (int i = 0; i < container.path("env").size(); i++) {
            if (container.at("/env/" + i + "/name").asText().startsWith("PYJOB_")) {
                fault(path + ".env[" + i + "].name", Rules.OWN_VARIABLE_MESSAGE);
            }
        }
    }

    private void mounts(String path, JsonNode container, boolean own) {
        for (int i = 0; i < container.path("volumeMounts").size(); i++) {
            JsonNode mount = container.at("/volumeMounts/" + i);
            String at = path + ".volumeMounts[" + i + ']';
            if (mount.path("name").asText().equals("secrets")) {
                fault(at, "must not be of the volume secrets: only PyJob's JVMs have the job's secrets");
            }
            if (own && isOwnPath(mount.path("mountPath").asText())) {
                fault(at + ".mountPath", "must not be /, /tmp or begin with /pyjob: PyJob's own volumes are there");
            }
        }
    }

    private static boolean isOwnPath(String path) {
        return path.equals("/") || path.equals("/tmp") || path.equals("/tmp/") || path.startsWith("/pyjob");
    }

    private void volume(String path, JsonNode volume, boolean hasAccount) {
        named(path, volume);
        String name = volume.path("name").asText();
        if (TemplateRules.isOwnVolume(name)) {
            fault(path, TemplateRules.OWN_VOLUME_MESSAGE);
        }
        boolean isOfPod = volume.has("emptyDir") || volume.has("ephemeral");
        if (name.equals(TemplateRules.SHARED_VOLUME) && (!isOfPod || volume.size() != 2)) {
            fault(path, TemplateRules.SHARED_VOLUME_MESSAGE);
        }
        for (int i = 0; i < volume.at("/projected/sources").size(); i++) {
            if (volume.at("/projected/sources/" + i).has("serviceAccountToken") && !hasAccount) {
                fault(
                        path + ".projected.sources[" + i + ']',
                        "is a token of a service account: name the one that is meant, as serviceAccountName beside"
                                + " template");
            }
        }
    }

    /** Whether Kubernetes' types can hold it: what is a list has to be one. */
    private void readable(String path, JsonNode template) {
        try {
            MAPPER.treeToValue(template, PodTemplateSpec.class);
        } catch (JsonMappingException e) {
            fault(path + at(e), "is not what Kubernetes has there: " + words(e));
        } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
            fault(path, "cannot be read as a pod's template: " + e.getMessage());
        }
    }

    private static String at(JsonMappingException e) {
        return e.getPath().stream()
                .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + ']' : '.' + part.getFieldName())
                .collect(Collectors.joining());
    }

    private static final Map<String, String> KINDS = Map.of(
            "START_OBJECT", "a mapping",
            "START_ARRAY", "a list",
            "VALUE_STRING", "text");

    /** Jackson's own words are about Java. */
    private static String words(JsonMappingException e) {
        String text = Optional.ofNullable(e.getOriginalMessage()).orElse("");
        return KINDS.entrySet().stream()
                .filter(kind -> text.contains("JsonToken." + kind.getKey()))
                .map(kind -> "it is " + kind.getValue())
                .findFirst()
                .orElse(text);
    }

    private void fault(String path, String message) {
        faults.add(new Fault(path, message));
    }
}
