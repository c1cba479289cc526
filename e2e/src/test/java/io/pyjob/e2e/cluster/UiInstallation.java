package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the chart installs for looking at jobs, for one namespace and in it, so that tests of the rest run without it: the proxy,
 * and the history server on a claim.
 */
final class UiInstallation implements AutoCloseable {
    static final String CLAIM = "spark-events";
    private static final String RELEASE = "pyjob-seen";

    private final String objects;

    private UiInstallation(String objects) {
        this.objects = objects;
    }

    /** Installs it and waits until it answers. */
    static UiInstallation in(String namespace) {
        String tag = Cluster.pythonImage().replaceFirst(".*:", "");
        List<String> helm = List.of(
                "helm",
                "template",
                RELEASE,
                Cluster.PROJECT.resolve("charts/pyjob").toString(),
                "--namespace",
                namespace,
                "--kube-version",
                "1.29.0",
                "--show-only",
                "templates/ui.yaml",
                "--show-only",
                "templates/history.yaml",
                "--set",
                "ui.enabled=true,history.enabled=true,eventLog.claim=" + CLAIM,
                "--set",
                "watchNamespaces={" + namespace + "}",
                "--set",
                "image.tag=" + tag + ",image.pullPolicy=IfNotPresent,log.level=DEBUG");
        UiInstallation installation = new UiInstallation(output(helm));
        Kubectl.run(installation.objects, List.of("apply", "-f", "-")).ok();
        for (String deployment : List.of(RELEASE + "-ui", RELEASE + "-history")) {
            Kubectl.run(
                            "-n",
                            namespace,
                            "rollout",
                            "status",
                            "deployment/" + deployment,
                            "--timeout=" + Cluster.LONG.toSeconds() + "s")
                    .ok();
        }
        return installation;
    }

    /** As `kubectl pyjob ui --proxy` takes it. */
    static String service(String namespace) {
        return namespace + "/" + RELEASE + "-ui";
    }

    private static String output(List<String> command) {
        try {
            Process process = new ProcessBuilder(new ArrayList<>(command))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException("helm cannot be run; it has to be on the PATH", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        Kubectl.run(objects, List.of("delete", "--ignore-not-found", "--wait=false", "-f", "-"))
                .ok();
    }
}
