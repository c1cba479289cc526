package io.pyjob.e2e.chart;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The helm program of the PATH. */
final class Helm {
    /** What a Helm without a cluster takes for the cluster's version may be too old for the chart. */
    private static final String KUBE_VERSION = "1.33.0";

    private Helm() {}

    static Ran run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("helm"));
        command.addAll(List.of(arguments));
        return Ran.withInput("", command);
    }

    /** What the chart renders to, as release "pyjob" in namespace "system". */
    static Ran template(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "template", "pyjob", Chart.FOLDER.toString(), "--namespace", "system", "--kube-version", KUBE_VERSION));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    static Rendered rendered(String... arguments) {
        return new Rendered(template(arguments).ok());
    }

    /** Skips the test where a program is missing, and says so where nobody can overlook it. */
    static void need(String program) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return;
            }
        }
        String line = "!".repeat(100);
        System.err.println(line + "\nNO " + program + " ON THE PATH: TESTS OF THE CHART ARE SKIPPED.\n" + line);
        abort("there is no " + program + " on the PATH");
    }
}
