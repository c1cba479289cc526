package io.pyjob.api.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.pyjob.api.Rules;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules about variables and volumes. */
final class DataRules {
    private static final String OWN_PREFIX = "PYJOB_";
    private static final Pattern OWN_FOLDERS = Pattern.compile(Rules.OWN_FOLDERS);

    private final List<Fault> faults;

    private DataRules(List<Fault> faults) {
        this.faults = faults;
    }

    static void check(JsonNode spec, List<Fault> faults) {
        DataRules rules = new DataRules(faults);
        for (String containers : List.of("python", "jvm")) {
            rules.env("spec." + containers + ".env", spec.path(containers).path("env"));
            rules.envFrom(
                    "spec." + containers + ".envFrom", spec.path(containers).path("envFrom"));
        }
        rules.jvm(spec.path("jvm").path("env"));
        rules.volumes(spec.path("volumes"));
    }

    private void env(String path, JsonNode env) {
        for (int i = 0; i < env.size(); i++) {
            JsonNode variable = env.path(i);
            String at = path + '[' + i + ']';
            if (variable.path("name").asText().startsWith(OWN_PREFIX)) {
                fault(at + ".name", Rules.OWN_VARIABLE_MESSAGE);
            }
            if (variable.isObject() && count(variable, "value", "valueFrom") != 1) {
                fault(at, Rules.ONE_VALUE_MESSAGE);
            }
            JsonNode source = variable.path("valueFrom");
            if (source.isObject() && count(source, "secretKeyRef", "configMapKeyRef", "fieldRef") != 1) {
                fault(at + ".valueFrom", Rules.ONE_ENV_SOURCE_MESSAGE);
            }
        }
    }

    private void envFrom(String path, JsonNode envFrom) {
        for (int i = 0; i < envFrom.size(); i++) {
            JsonNode source = envFrom.path(i);
            String at = path + '[' + i + ']';
            if (source.isObject() && count(source, "secretRef", "configMapRef") != 1) {
                fault(at, Rules.ONE_ENV_FROM_MESSAGE);
            }
            if (source.path("prefix").asText().startsWith(OWN_PREFIX)) {
                fault(at + ".prefix", Rules.OWN_VARIABLE_MESSAGE);
            }
        }
    }

    private void jvm(JsonNode env) {
        for (JsonNode variable : env) {
            if (Rules.JVM_NAMES.contains(variable.path("name").asText())) {
                fault("spec.jvm.env", Rules.JVM_VARIABLES_MESSAGE);
            }
        }
    }

    private void volumes(JsonNode volumes) {
        for (int i = 0; i < volumes.size(); i++) {
            JsonNode volume = volumes.path(i);
            if (volume.isObject()) {
                volume("spec.volumes[" + i + ']', volume);
            }
            for (int j = 0; j < i; j++) {
                JsonNode path = volume.path("mountPath");
                if (path.isTextual() && path.equals(volumes.path(j).path("mountPath"))) {
                    fault("spec.volumes", Rules.ONE_VOLUME_EACH_MESSAGE);
                }
            }
        }
    }

    private void volume(String at, JsonNode volume) {
        if (count(volume, "claim", "secret", "configMap", "emptyDir", "projected", "csi", "ephemeral", "hostPath")
                != 1) {
            fault(at, Rules.ONE_VOLUME_SOURCE_MESSAGE);
        }
        if (OWN_FOLDERS.matcher(volume.path("mountPath").asText()).find()) {
            fault(at + ".mountPath", Rules.OWN_FOLDER_MESSAGE);
        }
        if (volume.path("localDir").booleanValue()
                && (count(volume, "emptyDir", "ephemeral") == 0
                        || count(volume, "containers", "subPath", "readOnly") > 0)) {
            fault(at + ".localDir", Rules.LOCAL_DIR_MESSAGE);
        }
        if (volume.has("hostPath")) {
            fault(at + ".hostPath", Rules.HOST_PATH_MESSAGE);
        }
    }

    private static long count(JsonNode object, String... fields) {
        return Stream.of(fields).filter(object::has).count();
    }

    private void fault(String path, String message) {
        faults.add(new Fault(path, message));
    }
}
