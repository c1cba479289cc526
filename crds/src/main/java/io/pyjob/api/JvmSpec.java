package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JVM containers: Spark's driver and executors, and what they have besides Spark. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(value = Rules.JVM_VARIABLES, message = Rules.JVM_VARIABLES_MESSAGE, fieldPath = ".env")
@ValidationRule(value = Rules.SCALA_OF_JARS, message = Rules.SCALA_MESSAGE, fieldPath = ".jars")
@ValidationRule(value = Rules.SCALA_OF_PACKAGES, message = Rules.SCALA_MESSAGE, fieldPath = ".packages")
public record JvmSpec(
        @JsonPropertyDescription(
                "Jars on the class path of driver and executors. Files of the Python image, also with wildcards (/opt/jars/*.jar), a relative path begins at its working directory (WORKDIR); local:/path for files of the runtime image; or addresses that Spark reads, such as https:// and s3a://. When the job runs locally: files of that machine; a relative path begins at the manifest's folder. Added to spark.jars in conf.")
        @Size(max = 100)
        List<@Pattern(Patterns.JAR) @Size(max = 2048) String> jars,

        @JsonPropertyDescription(
                "Maven packages (groupId:artifactId:version) that are fetched with all that they need, before the script begins, for driver and executors. Those for Scala end with _2.13. Added to spark.jars.packages in conf.")
        @Size(max = 100)
        List<@Pattern(Patterns.COORDINATES) @Size(max = 512) String> packages,

        @JsonPropertyDescription(
                "Packages (groupId:artifactId) that are left out of what packages need. Added to spark.jars.excludes in conf.")
        @Size(max = 100)
        List<@Pattern(Patterns.MODULE_ID) @Size(max = 512) String> excludes,

        @JsonPropertyDescription(
                "Maven repositories that are asked besides Maven Central. Added to spark.jars.repositories in conf.")
        @Size(max = 16)
        List<@Pattern(Patterns.REPOSITORY) @Size(max = 2048) String> repositories,

        @JsonPropertyDescription(
                "Settings of Ivy (ivysettings.xml) that say where packages come from instead of Maven Central: mirrors, proxies, credentials. Only the driver's JVM gets them.")
        @Nullable
        KeySource ivySettings,

        @JsonPropertyDescription(
                "The configuration of Hadoop and Hive: a ConfigMap or a Secret with core-site.xml, hdfs-site.xml, hive-site.xml and the like. The JVMs of driver and executors have it as HADOOP_CONF_DIR and read what is in it; spark.hadoop.* in conf goes over it.")
        @Nullable
        FolderSource hadoopConf,

        @JsonPropertyDescription(
                "Environment variables of the JVM containers, which the Python containers do not get: for what Spark reads and writes with.")
        @Size(max = 100)
        List<EnvVariable> env,

        @JsonPropertyDescription("All keys of Secrets and ConfigMaps as variables of the JVM containers.")
        @Size(max = 50)
        List<EnvFrom> envFrom) {
    public static final JvmSpec DEFAULT =
            new JvmSpec(List.of(), List.of(), List.of(), List.of(), null, null, List.of(), List.of());

    public JvmSpec {
        jars = jars == null ? List.of() : List.copyOf(jars);
        packages = packages == null ? List.of() : List.copyOf(packages);
        excludes = excludes == null ? List.of() : List.copyOf(excludes);
        repositories = repositories == null ? List.of() : List.copyOf(repositories);
        env = env == null ? List.of() : List.copyOf(env);
        envFrom = envFrom == null ? List.of() : List.copyOf(envFrom);
    }
}
