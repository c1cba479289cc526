package io.pyjob.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.pyjob.api.PyJob;
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
                        new NeededObject(NeededObject.Kind.Secret, "lake", Set.of("id")),
                        new NeededObject(NeededObject.Kind.Secret, "api", Set.of("token")),
                        new NeededObject(NeededObject.Kind.Secret, "keys", Set.of("store.jks")),
                        new NeededObject(NeededObject.Kind.ConfigMap, "settings", Set.of()));
    }
}
