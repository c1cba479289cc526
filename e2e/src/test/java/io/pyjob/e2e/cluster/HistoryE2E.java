package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs' pages through the proxy, with the API server's own judgement: while they run, after their end, and when they are gone. */
@OnCluster
final class HistoryE2E {
    private static final String LOGGED =
            Scripts.ONE + "\neventLog: {claim: " + UiInstallation.CLAIM + "}" + "\nconf: {spark.ui.enabled: 'true'}";

    private final TestNamespace namespace;
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();

    @TempDir
    private Path folder;

    private static final Deque<Runnable> UNDO = new ArrayDeque<>();

    HistoryE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeAll
    static void install(TestNamespace namespace) {
        UNDO.push(Claim.of(namespace, UiInstallation.CLAIM)::close);
        UNDO.push(UiInstallation.in(namespace.name())::close);
        for (String account : new String[] {"viewer", "stranger"}) {
            namespace.kubectl("create", "serviceaccount", account).ok();
        }
        namespace
                .kubectl(
                        "create",
                        "rolebinding",
                        "viewer",
                        "--clusterrole=view",
                        "--serviceaccount=" + namespace.name() + ":viewer")
                .ok();
        // Release by release the view of PyJobs is part of it, or not; here it is said.
        namespace
                .kubectl("create", "role", "jobs", "--verb=get", "--resource=pyjobs.pyjob.io")
                .ok();
        namespace
                .kubectl(
                        "create",
                        "rolebinding",
                        "jobs",
                        "--role=jobs",
                        "--serviceaccount=" + namespace.name() + ":viewer")
                .ok();
    }

    @AfterAll
    static void remove(TestNamespace namespace) {
        namespace.kubectl(
                "delete", "serviceaccount,role,rolebinding", "viewer", "stranger", "jobs", "--ignore-not-found");
        UNDO.forEach(Runnable::run);
    }

    private Plugin ui(String job, String account) {
        return Plugin.start(
                folder,
                namespace.name(),
                "ui",
                job,
                "--proxy",
                UiInstallation.service(namespace.name()),
                "--service-account",
                account);
    }

    private HttpResponse<String> get(String address) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void isShown(String job, String text) {
        await(job + " to be shown").atMost(Cluster.LONG).untilAsserted(() -> {
            Plugin ui = ui(job, "viewer");
            String address = ui.line();
            try {
                HttpResponse<String> page = get(address);
                assertThat(page.statusCode()).isEqualTo(200);
                assertThat(page.body()).contains(text).contains("/" + namespace.name() + "/" + job + "/static/");
                assertThat(get(address + "jobs/job/kill/?id=0").statusCode()).isEqualTo(403);
            } finally {
                ui.interrupt();
            }
        });
    }

    @Test
    void aJobIsShownWhileItRunsAfterItsEndAndWhenItIsGone() {
        namespace.deletes("seen");
        Job job = namespace.run("seen", Scripts.WORKING, LOGGED).says("works");
        isShown("seen", "Spark Jobs");

        Answer refused = ui("seen", "stranger").end();
        assertThat(refused.refused()).contains("Not yours to see", "may not get pyjobs.pyjob.io seen");

        job.go("end");
        job.succeeds();
        isShown("seen", "Spark Jobs");

        namespace.kubectl("delete", "pyjob", "seen").ok();
        isShown("seen", "Spark Jobs");
        assertThat(ui("seen", "stranger").end().refused()).contains("Not yours to see");
        assertThat(ui("never", "viewer").end().refused()).contains("No job " + namespace.name() + "/never");
    }

    @Test
    void aJobWithoutAnEventLogSaysSo() {
        Job job = namespace.run("unlogged", "print('done')", Scripts.ALONE);
        job.succeeds();
        assertThat(ui("unlogged", "viewer").end().refused()).contains("No event log of", "spec.eventLog");
    }

    @Test
    void aKilledDriversLogIsShown() {
        Job job = namespace.run(
                "killed",
                Scripts.SPARK
                        + "spark.range(9).count()\nsc._jvm.java.lang.Thread.sleep(3000)\nsc._jvm.java.lang.Runtime.getRuntime().halt(9)\n",
                LOGGED);
        job.fails();
        isShown("killed", "Spark Jobs");
    }

    @Test
    void withoutATokenOrWithAForgedOneNobodyIsLetIn() throws IOException, InterruptedException {
        String address = "http://127.0.0.1:18090/" + namespace.name() + "/seen/";
        Process forward = new ProcessBuilder(
                        "kubectl",
                        "-n",
                        namespace.name(),
                        "port-forward",
                        "svc/" + UiInstallation.service(namespace.name()).split("/")[1],
                        "18090:80")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            await("the proxy")
                    .atMost(Cluster.SOON)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(get(address).statusCode()).isEqualTo(401));
            HttpResponse<String> forged = client.send(
                    HttpRequest.newBuilder(URI.create(address))
                            .header("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30.")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(forged.statusCode()).isEqualTo(401);
        } finally {
            forward.destroy();
        }
    }
}
