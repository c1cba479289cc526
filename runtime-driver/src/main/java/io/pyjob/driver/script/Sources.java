package io.pyjob.driver.script;

import io.pyjob.executor.pod.Environment;
import io.pyjob.executor.pod.HadoopConf;
import java.util.Optional;

/**
 * What the manifest has for the JVM besides settings.
 *
 * @param script address of a script that only Hadoop reads; empty if it is none of those
 * @param hasPackages whether spec.jvm.packages names some
 * @param hadoopConf where Hadoop's configuration is
 */
public record Sources(Optional<String> script, boolean hasPackages, HadoopConf hadoopConf) {
    public static Sources of(Environment environment) {
        return new Sources(
                environment.optional("PYJOB_SCRIPT_URL"),
                environment.optional("PYJOB_JAVA_PACKAGES").isPresent(),
                HadoopConf.of(environment));
    }
}
