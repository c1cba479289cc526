package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** User code finds no credentials, and without them gets nothing of the API server and nothing of the report endpoint. */
@OnCluster
final class SecurityE2E {
    /** Looks for tokens where Kubernetes puts them, and for anything that looks like one. */
    private static final String LOOK = """
            import os, re, socket, ssl, urllib.error, urllib.request

            def tokens():
                found = [os.path.join(folder, name) for folder, _, files in os.walk("/run/secrets") for name in files]
                for folder, _, files in os.walk("/", onerror=lambda e: None):
                    if folder.startswith(("/proc", "/sys", "/dev", "/usr", "/opt")):
                        continue
                    for name in files:
                        try:
                            with open(os.path.join(folder, name), "rb") as file:
                                if re.search(rb"eyJhbGciOi[\\w-]+\\.[\\w-]+\\.", file.read(1 << 20)):
                                    found.append(os.path.join(folder, name))
                        except OSError:
                            pass
                found += [name for name, value in os.environ.items() if value.startswith("eyJ")]
                return [path for path in found if "eyJhbGciOi" not in path]

            def asks(path):
                context = ssl._create_unverified_context()
                try:
                    return urllib.request.urlopen(
                        "https://%s:%s%s" % (os.environ["KUBERNETES_SERVICE_HOST"],
                                             os.environ["KUBERNETES_SERVICE_PORT"], path),
                        context=context, timeout=20).status
                except urllib.error.HTTPError as e:
                    return e.code

            def look(_):
                paths = ["/api/v1/namespaces/%NAMESPACE%/secrets", "/api/v1/namespaces/%NAMESPACE%/pods",
                         "/apis/pyjob.io/v1alpha1/namespaces/%NAMESPACE%/pyjobs", "/api/v1/nodes"]
                return tokens(), [asks(path) in (401, 403) for path in paths]
            """;

    /** What the endpoint answers to a report: status code alone. */
    private static final String REPORT = """
            import sys, urllib.error, urllib.request
            url, token, body = sys.argv[1:]
            headers = {"Authorization": "Bearer " + token} if token else {}
            if body.isdigit():
                headers["Content-Length"], size = body, int(body)
                body = (b" " * min(65536, size - i) for i in range(0, size, 65536))
            else:
                body = body.encode()
            try:
                print(urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20).status)
            except urllib.error.HTTPError as e:
                print(e.code)
            except (ConnectionResetError, BrokenPipeError, urllib.error.URLError) as e:
                print("refused")
            """;

    private final TestNamespace namespace;

    SecurityE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @BeforeAll
    static void start(TestNamespace namespace) {
        namespace.run("looks", Scripts.SPARK + LOOK.replace("%NAMESPACE%", namespace.name()) + """
                print(look(0))
                print(sc.parallelize([0], 1).map(look).collect()[0])
                """, Scripts.ONE);
        namespace.run("reports", Scripts.WORKING, Scripts.ONE);
        namespace.run("other", Scripts.WORKING, Scripts.ALONE);
    }

    @Test
    void noTokenIsFoundAndTheApiServerRefuses() {
        assertThat(namespace.job("looks").succeeds().lines())
                .containsExactly("([], [True, True, True, True])", "([], [True, True, True, True])");
    }

    @Test
    void podsHoldNoToken() {
        Job job = namespace.job("reports").says("works");
        assertThat(job.pods()).hasSize(2).allSatisfy(Promises::holdsNoToken);
    }

    /** Kubernetes itself refuses others here; this says that it was told to. */
    @Test
    void podsMeetTheRestrictedStandard() {
        namespace.job("reports").says("works");
        assertThat(namespace
                        .kubectl("get", "namespace", namespace.name(), "-o", "jsonpath={.metadata.labels}")
                        .ok())
                .contains("\"pod-security.kubernetes.io/enforce\":\"restricted\"");
        assertThat(namespace.job("reports").pods())
                .allSatisfy(pod -> assertThat(Promises.containers(pod)).allSatisfy(container -> {
                    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                            .isTrue();
                    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                            .isFalse();
                }));
    }

    @Test
    void pythonContainersMountNoSecret() {
        Job job = namespace.job("reports").says("works");
        for (Pod pod : job.pods()) {
            assertThat(Promises.containers(pod))
                    .filteredOn(container -> container.getName().equals("python"))
                    .singleElement()
                    .satisfies(python -> {
                        assertThat(python.getVolumeMounts())
                                .extracting(mount -> mount.getName())
                                .doesNotContain("secrets");
                        assertThat(python.getEnv())
                                .extracting(EnvVar::getValueFrom)
                                .containsOnlyNulls();
                    });
        }
    }

    private String token(String job) {
        Secret secret = Cluster.client()
                .secrets()
                .inNamespace(namespace.name())
                .withLabel("pyjob.io/job", job)
                .list()
                .getItems()
                .stream()
                .findFirst()
                .orElseThrow();
        return new String(Base64.getDecoder().decode(secret.getData().get("report-token")), StandardCharsets.UTF_8)
                .strip();
    }

    private String url(String job) {
        return Promises.containers(namespace.job(job).driver()).stream()
                .flatMap(container -> container.getEnv().stream())
                .filter(variable -> variable.getName().equals("PYJOB_REPORT_URL"))
                .map(EnvVar::getValue)
                .findFirst()
                .orElseThrow();
    }

    private String report(String job) {
        return """
                {"v": 1, "job": "%s/%s", "attempt": 1, "state": "running",
                 "executors": {"wanted": 1, "registered": 1, "lastId": 1}}
                """.formatted(namespace.name(), job);
    }

    /** From the pod that a job's user code runs in. */
    private String post(String url, String token, String body) {
        namespace.job("reports").says("works");
        return namespace
                .kubectl("exec", "reports-1-driver", "-c", "python", "--", "python3", "-c", REPORT, url, token, body)
                .ok()
                .strip();
    }

    @Test
    void aReportNeedsTheJobsToken() {
        String url = url("reports");
        String report = report("reports");
        assertThat(post(url, "", report)).isEqualTo("401");
        assertThat(post(url, "wrong", report)).isEqualTo("401");
        assertThat(post(url, token("other"), report)).as("another job's token").isEqualTo("401");
        assertThat(post(url.replace("/reports", "/nobody"), token("reports"), report("nobody")))
                .as("a job that is not there")
                .isIn("401", "404");
        assertThat(post(url, token("reports"), report("other")))
                .as("of another job")
                .isEqualTo("400");
        assertThat(post(url, token("reports"), report)).isEqualTo("200");
    }

    @Test
    void aReportIsBounded() {
        String url = url("reports");
        assertThat(post(url, token("reports"), "nonsense")).isEqualTo("400");
        assertThat(post(url, token("reports"), "100000")).isIn("400", "413");
        assertThat(post(url, token("reports"), "200000000")).isIn("400", "413", "refused");
        assertThat(post(url, "", "200000000")).isIn("401", "413", "refused");
        assertThat(post(url, token("reports"), report("reports")))
                .as("afterwards")
                .isEqualTo("200");
    }
}
