package io.pyjob.executor.pod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the job's Secret, which only JVM containers mount. */
public record JobSecret(Path file) {

    /** Key that Spark's connections are authenticated and encrypted with. */
    public static JobSecret spark(Environment environment) {
        return in(environment, "spark-secret");
    }

    /** What the driver shows to the operator. */
    public static JobSecret reportToken(Environment environment) {
        return in(environment, "report-token");
    }

    private static JobSecret in(Environment environment, String name) {
        return new JobSecret(Path.of(environment.required("PYJOB_SECRETS"), name));
    }

    public String read() {
        String value;
        try {
            value = Files.readString(file).trim();
        } catch (IOException e) {
            throw new StartFailure("the job's secret " + file + " cannot be read: " + Failures.reason(e), e);
        }
        if (value.isEmpty()) {
            throw new StartFailure("the job's secret " + file + " is empty");
        }
        return value;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
