package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kubectl pyjob}, each command as a user types it. */
@OnCluster
final class KubectlPyjobE2E {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/");

    private final TestNamespace namespace;

    @TempDir
    private Path folder;

    KubectlPyjobE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    private Plugin pyjob(String... arguments) {
        return Plugin.start(folder, namespace.name(), arguments);
    }

    private String file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        return file.toString();
    }

    /** A manifest of a job as small as those of other tests. */
    private String manifest(String name, String script, String spec) throws IOException {
        return file(name + ".json", Manifest.ofScript(name, script, spec).text());
    }

    @Test
    void runFollowsTheScriptAndGivesItsExitCode() throws IOException {
        String manifest = manifest("followed", Scripts.SPARK + """
                import sys
                print("of", sys.argv[1:], flush=True)
                print(sc.parallelize(range(10), 2).map(lambda x: x * 2).sum())
                sys.exit(3)
                """, Scripts.ONE);
        Answer answer = pyjob("run", manifest, "--", "--date", "today").end();
        assertThat(answer.code()).as(answer.toString()).isEqualTo(3);
        // A kubelet keeps a container's two streams in one log.
        assertThat(answer.out()).isEqualTo("of ['--date', 'today']\n90\n[pyjob] the script exited with code 3\n");
        assertThat(answer.err())
                .contains("pyjob: followed: Running", "followed failed after", "kubectl pyjob describe followed");

        assertThat(pyjob("run", manifest).end().refused()).contains("is there already and has ended (Failed)");
        String told = pyjob("describe", "followed").end().ok();
        assertThat(told)
                .startsWith("followed failed after")
                .contains("exit code 3", "last lines of python of driver:", "90");
    }

    @Test
    void runTakesABareScriptAndReplacesTheJobOfBefore() throws IOException {
        namespace.deletes("bare");
        String script = file("bare.py", "import sys\nprint('first', *sys.argv[1:])\n");
        assertThat(pyjob("run", "-e", "0", script, "a", "-b").end().ok()).isEqualTo("first a -b\n");
        for (String next :
                List.of("second\n", "third\n", "fourth\n")) { // a kubelet may still have what the one before mounted
            file("bare.py", "print('" + next.strip() + "')\n");
            assertThat(pyjob("run", "-q", "--replace", "-e", "0", script).end().ok())
                    .isEqualTo(next);
            assertThat(pyjob("logs", "--script", "bare").end().ok()).isEqualTo(next);
        }
    }

    @Test
    void aJobThatRunsIsWatchedScaledAndCancelled() throws IOException {
        Plugin run = pyjob("run", manifest("busy", Scripts.WORKING, Scripts.ONE));
        namespace.deletes("busy");
        assertThat(run.line()).isEqualTo("works");
        Plugin logs = pyjob("logs", "-f", "busy");
        await("progress")
                .atMost(Cluster.SOON)
                .untilAsserted(() -> assertThat(pyjob("status", "busy").end().ok())
                        .containsPattern("phase +Running for ")
                        .containsPattern("executors +1/1 ready")
                        .containsPattern("tasks +[1-9][0-9]*/"));
        assertThat(pyjob("list").end().ok()).containsPattern("busy +Running +1/1 +[0-9]+/[0-9]+");

        assertThat(pyjob("scale", "busy", "2", "--wait").end().ok()).isEqualTo("busy: from 1 to 2 executors\n");
        await("the log of the new executor")
                .atMost(Cluster.LONG)
                .until(() -> logs.out().contains("exec-2 jvm"));
        assertThat(logs.out()).contains("driver python | works");

        run.interrupt();
        Answer interrupted = run.end();
        assertThat(interrupted.code()).isEqualTo(130);
        assertThat(interrupted.err()).contains("busy goes on", "kubectl pyjob cancel busy -n " + namespace.name());
        assertThat(namespace.job("busy").phase().isFinal()).isFalse();

        assertThat(pyjob("cancel", "busy").end().ok()).startsWith("busy is cancelled after");
        assertThat(logs.end().err()).contains("busy was deleted");
        assertThat(pyjob("status", "busy").end().refused()).contains("\"busy\" not found");
    }

    @Test
    void theSparkUiIsAtAnAddressOfThisMachineWhereItIsOn() throws Exception {
        pyjob("run", "--no-follow", "-c", "spark.ui.enabled=true", manifest("shown", Scripts.WORKING, Scripts.ONE))
                .end()
                .ok();
        namespace.job("shown").says("works");
        Plugin ui = pyjob("ui", "shown");
        String address = ui.line();
        assertThat(address).matches(ADDRESS);
        assertThat(HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(address + "jobs/"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body())
                .contains("Spark Jobs");
        namespace.job("shown").go("end");
        assertThat(namespace.job("shown").succeeds()).contains("did ");
        ui.end().ok();
        assertThat(pyjob("ui", "shown").end().refused())
                .contains("has no proxy for jobs' pages", "ui.enabled", "history.enabled");
    }

    @Test
    void aUiThatIsOffIsSaidToBe() throws IOException {
        pyjob("run", "--no-follow", manifest("plain", Scripts.WORKING, Scripts.ONE))
                .end()
                .ok();
        namespace.job("plain").says("works");
        assertThat(pyjob("ui", "plain").end().refused()).contains("the Spark UI of plain is off");
        namespace.job("plain").go("end");
        assertThat(namespace.job("plain").succeeds()).contains("did ");
    }

    @Test
    void namesComplete() throws IOException {
        pyjob("run", "--wait", "-e", "0", file("completed.py", "print(1)\n"))
                .end()
                .ok();
        Answer answer = Plugin.complete(folder, "-n", namespace.name(), "logs", "comp");
        assertThat(answer.ok()).isEqualTo("completed\tSucceeded\n:4\n");
        assertThat(Plugin.complete(folder, "-n", namespace.name(), "cancel", "comp")
                        .ok())
                .isEqualTo(":4\n");
    }
}
