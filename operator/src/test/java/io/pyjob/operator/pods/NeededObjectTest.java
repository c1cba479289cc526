package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.PyJob;
import io.pyjob.operator.pods.NeededObject.Kind;
import io.pyjob.operator.pods.NeededObject.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NeededObjectTest {
    @Test
    void whatAJobCanDoWithoutIsNotNeeded() throws IOException {
        PyJob job = Serialization.unmarshal(
                Files.readString(Path.of("src/test/resources/golden/data.job.yaml")), PyJob.class);
        assertThat(NeededObject.of(job))
                .containsExactly(
                        new NeededObject(Kind.Secret, "lake", Set.of("id"), Use.VARIABLES_AND_VOLUMES),
                        new NeededObject(Kind.Secret, "api", Set.of("token"), Use.VARIABLES_AND_VOLUMES),
                        new NeededObject(Kind.Secret, "keys", Set.of("store.jks"), Use.VARIABLES_AND_VOLUMES),
                        new NeededObject(Kind.ConfigMap, "settings", Set.of(), Use.VARIABLES_AND_VOLUMES));
    }

    @Test
    void textsAndFoldersAreNeededForTheFieldThatNamesThem() {
        PyJob job = Serialization.unmarshal("""
                metadata: {name: pi, namespace: team}
                spec:
                  script: {configMap: {name: scripts, key: pi.py}}
                  python:
                    requirementsFrom: {configMap: {name: scripts, key: requirements.txt}}
                    modulesFrom: [{configMap: {name: lib, items: [{key: a, path: a.py}]}}, {configMap: {name: all}}]
                  jvm:
                    hadoopConf: {secret: hadoop}
                    ivySettings: {secret: {name: ivy, key: settings.xml}}
                """, PyJob.class);
        assertThat(NeededObject.of(job))
                .containsExactly(
                        new NeededObject(Kind.ConfigMap, "scripts", Set.of("pi.py"), Use.SCRIPT),
                        new NeededObject(Kind.ConfigMap, "scripts", Set.of("requirements.txt"), Use.REQUIREMENTS),
                        new NeededObject(Kind.ConfigMap, "lib", Set.of("a"), Use.MODULES),
                        new NeededObject(Kind.ConfigMap, "all", Set.of(), Use.MODULES),
                        new NeededObject(Kind.Secret, "hadoop", Set.of(), Use.HADOOP_CONF),
                        new NeededObject(Kind.Secret, "ivy", Set.of("settings.xml"), Use.IVY_SETTINGS));
    }
}
