package io.pyjob.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pyjob.api.ConfigMapFolder;
import io.pyjob.api.ConfigMapKey;
import io.pyjob.api.FolderSource;
import io.pyjob.api.JvmSpec;
import io.pyjob.api.KeySource;
import io.pyjob.api.ModuleSource;
import io.pyjob.api.PyJob;
import io.pyjob.api.manifest.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ConfigMaps that containers see as folders, when there is no cluster to ask: those of the manifest's own file. Pure.
 *
 * @param files of each ConfigMap by its name: the text of each file by its name
 * @param faults what is wrong, if something is where only a cluster can get it from
 */
record LocalFolders(Map<String, Map<String, String>> files, List<Fault> faults) {
    LocalFolders {
        files = Map.copyOf(files);
        faults = List.copyOf(faults);
    }

    static LocalFolders of(PyJob job, List<ObjectNode> configMaps) {
        return new Search(job, configMaps).all();
    }

    private static final class Search {
        private final PyJob job;
        private final List<ObjectNode> configMaps;
        private final Map<String, Map<String, String>> files = new LinkedHashMap<>();
        private final List<Fault> faults = new ArrayList<>();

        Search(PyJob job, List<ObjectNode> configMaps) {
            this.job = job;
            this.configMaps = configMaps;
        }

        LocalFolders all() {
            List<ModuleSource> modules = job.getSpec().python().modulesFrom();
            for (int i = 0; i < modules.size(); i++) {
                ConfigMapFolder folder = modules.get(i).configMap();
                String path = "spec.python.modulesFrom[" + i + "].configMap";
                take(path, folder.name(), ", or use python.pyFiles")
                        .ifPresent(found -> folder.items().forEach(item -> need(path, folder.name(), item.key())));
            }
            JvmSpec jvm = job.getSpec().jvm();
            FolderSource hadoop = jvm.hadoopConf();
            if (hadoop != null && isHere("spec.jvm.hadoopConf", hadoop.secret())) {
                take("spec.jvm.hadoopConf.configMap", hadoop.configMap(), "");
            }
            KeySource ivy = jvm.ivySettings();
            if (ivy != null) {
                ConfigMapKey secret = ivy.secret();
                isHere("spec.jvm.ivySettings", secret == null ? null : secret.name());
                ConfigMapKey text = ivy.configMap();
                if (text != null) {
                    String path = "spec.jvm.ivySettings.configMap";
                    take(path, text.name(), "").ifPresent(found -> need(path, text.name(), text.key()));
                }
            }
            return new LocalFolders(files, faults);
        }

        private boolean isHere(String path, @Nullable String secret) {
            if (secret != null) {
                faults.add(
                        new Fault(
                                path + ".secret",
                                "there are no Secrets on this machine: for a local run, name a ConfigMap of the manifest's own"));
            }
            return secret == null;
        }

        private Optional<Map<String, String>> take(String path, @Nullable String name, String instead) {
            if (name == null) {
                return Optional.empty();
            }
            Optional<Map<String, String>> found = configMaps.stream()
                    .filter(map -> LocalTexts.isIt(map, name, job.getMetadata().getNamespace()))
                    .findFirst()
                    .map(Search::texts);
            found.ifPresentOrElse(
                    texts -> files.put(name, texts),
                    () -> faults.add(new Fault(
                            path,
                            "there are no ConfigMaps on this machine: put \"" + name
                                    + "\" into the manifest, after a line of ---" + instead)));
            return found;
        }

        private void need(String path, String name, String key) {
            Map<String, String> texts = files.get(name);
            if (texts != null && !texts.containsKey(key)) {
                faults.add(new Fault(
                        path, "the manifest's ConfigMap \"" + name + "\" has no text under the key \"" + key + '"'));
            }
        }

        private static Map<String, String> texts(ObjectNode map) {
            Map<String, String> texts = new TreeMap<>();
            for (Map.Entry<String, JsonNode> entry : map.path("data").properties()) {
                if (entry.getValue().isTextual()) {
                    texts.put(entry.getKey(), entry.getValue().asText());
                }
            }
            return texts;
        }
    }
}
