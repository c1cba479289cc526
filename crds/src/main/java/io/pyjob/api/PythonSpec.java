package io.pyjob.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The Python of the script and of its functions; the same in the driver and in every executor. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = Rules.ENVIRONMENT, message = Rules.ENVIRONMENT_MESSAGE, fieldPath = ".environment")
public record PythonSpec(
        @JsonPropertyDescription(
                "Image of the Python containers: any with Python 3, it needs neither Java nor Spark. The operator's own if there is none here.")
        @Pattern(Patterns.NO_SPACES)
        @Size(max = 1024)
        String image,

        @JsonPropertyDescription(
                "Python packages that the job needs, one requirement each, as pip takes them, maybe with --hash=sha256:... behind it. What the image lacks is installed at the start of each pod, before anything is imported.")
        @Size(max = 500)
        List<@Pattern(Patterns.REQUIREMENT) @Size(max = 8192) String> requirements,

        @JsonPropertyDescription("More of them: a requirements file, as pip takes it.") @Nullable
        ConfigMapSource requirementsFrom,

        @JsonPropertyDescription(
                "A Python environment of your own instead of the image's, with all that the job needs: an archive (.tar.gz, .tgz, .tar, .zip) of conda-pack or venv-pack, as an absolute path in the image or an http(s) address. Each pod unpacks it at its start.")
        @Pattern(Patterns.ENVIRONMENT)
        @Size(max = 2048)
        @Nullable
        String environment,

        @JsonPropertyDescription("Where packages that are installed come from. PyPI if there is none here.") @Nullable
        PackageIndex index,

        @JsonPropertyDescription(
                "Modules of your own for the script and for its functions: .py, .zip and .egg files, and wheels (.whl), which are installed. Files of the Python image, a relative path begins at its working directory (WORKDIR), a wheel's path is absolute; or addresses that Spark reads, such as https:// and s3a://, for wheels only http and https. When the job runs locally: files of that machine; a relative path begins at the manifest's folder.")
        @Size(max = 100)
        List<@Pattern(Patterns.PY_FILE) @Size(max = 2048) String> pyFiles,

        @JsonPropertyDescription(
                "Archives (.zip, .tar.gz, .tgz, .tar, .jar) that are unpacked for the script and for its functions, each into the folder that is named behind a #; its own name if there is none. Found as pyFiles are; SparkFiles.get(name) has the folder.")
        @Size(max = 100)
        List<@Pattern(Patterns.ARCHIVE) @Size(max = 2048) String> archives,

        @JsonPropertyDescription(
                "Files that the script and its functions find with SparkFiles.get(name). Found as pyFiles are, also with wildcards. Added to spark.files in conf.")
        @Size(max = 100)
        List<@Pattern(Patterns.FILE) @Size(max = 2048) String> files,

        @JsonPropertyDescription(
                "Modules and packages of your own that are in ConfigMaps, for the script and for its functions.")
        @Size(max = 16)
        List<ModuleSource> modulesFrom,

        @JsonPropertyDescription("Environment variables of the Python containers.") @Size(max = 500)
        List<EnvVariable> env,

        @JsonPropertyDescription("All keys of Secrets and ConfigMaps as variables of the Python containers.")
        @Size(max = 50)
        List<EnvFrom> envFrom) {
    public static final String DEFAULT_IMAGE = "pyjob-python";
    public static final PythonSpec DEFAULT =
            new PythonSpec(DEFAULT_IMAGE, List.of(), null, null, null, List.of(), List.of(), List.of());

    private static final String WHEEL = ".whl";

    public PythonSpec {
        image = image == null ? DEFAULT_IMAGE : image;
        requirements = requirements == null ? List.of() : List.copyOf(requirements);
        pyFiles = pyFiles == null ? List.of() : List.copyOf(pyFiles);
        archives = archives == null ? List.of() : List.copyOf(archives);
        files = files == null ? List.of() : List.copyOf(files);
        modulesFrom = modulesFrom == null ? List.of() : List.copyOf(modulesFrom);
        env = env == null ? List.of() : List.copyOf(env);
        envFrom = envFrom == null ? List.of() : List.copyOf(envFrom);
    }

    /** Of a job that brings neither files nor modules of ConfigMaps, and no whole Secrets and ConfigMaps as variables. */
    public PythonSpec(
            String image,
            List<String> requirements,
            @Nullable ConfigMapSource requirementsFrom,
            @Nullable String environment,
            @Nullable PackageIndex index,
            List<String> pyFiles,
            List<String> archives,
            List<EnvVariable> env) {
        this(
                image,
                requirements,
                requirementsFrom,
                environment,
                index,
                pyFiles,
                archives,
                List.of(),
                List.of(),
                env,
                List.of());
    }

    /** The same for a machine that has no cluster's objects, with these requirements in the place of all that it has. */
    public PythonSpec withoutCluster(List<String> all) {
        return new PythonSpec(
                image,
                all,
                null,
                environment,
                index == null ? null : index.withoutCluster(),
                pyFiles,
                archives,
                files,
                modulesFrom,
                env,
                envFrom);
    }

    /** What pip is to install, one line each, but for what is in a ConfigMap: the requirements, and the wheels of pyFiles. */
    public List<String> packages() {
        return Stream.concat(requirements.stream(), pyFiles.stream().filter(PythonSpec::isWheel))
                .toList();
    }

    /** What Python takes as it is: modules, and zip files of them. */
    public List<String> modules() {
        return pyFiles.stream().filter(file -> !isWheel(file)).toList();
    }

    /** Whether there may be something to install or to unpack. */
    public boolean needsPackages() {
        return environment != null || requirementsFrom != null || !packages().isEmpty();
    }

    private static boolean isWheel(String file) {
        return file.endsWith(WHEEL);
    }
}
