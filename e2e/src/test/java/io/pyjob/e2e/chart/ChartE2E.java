package io.pyjob.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.pyjob.operator.start.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Helm makes of the chart. Needs helm; no cluster. */
final class ChartE2E {
    private static final Path GOLDEN = Path.of("src/test/resources/chart");
    private static final String[] NAMESPACED = {"--set", "watchNamespaces={team-a,team-b}"};

    @BeforeAll
    static void helm() {
        Helm.need("helm");
    }

    @Test
    void lintFindsNothing() {
        Helm.run("lint", "--strict", Chart.FOLDER.toString()).ok();
    }

    /** After a change that is meant, write the files anew with {@code -Dgolden.write=true}. */
    @ParameterizedTest
    @CsvSource({"default", "everything"})
    void objectsAreAsWritten(String name) throws IOException {
        String text = Helm.rendered(
                        "--values", GOLDEN.resolve(name + ".values.yaml").toString())
                .withoutCrd();
        Path golden = GOLDEN.resolve(name + ".yaml");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }

    @Test
    void theDashboardIsWhereASidecarOfGrafanaLooks() {
        JsonNode map = Helm.rendered(
                        "--set", "grafanaDashboard.enabled=true", "--set", "grafanaDashboard.namespace=monitoring")
                .one("ConfigMap");
        assertThat(map.at("/metadata/namespace").asText()).isEqualTo("monitoring");
        assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
        assertThat(map.at("/data/pyjob.json").asText()).isEqualTo(Chart.file(Dashboard.FILE));
        assertThat(Helm.rendered().ofKind("ConfigMap")).isEmpty();
    }

    @Test
    void theCrdsAreRenderedAsTheyAreAndStayWithoutTheRelease() {
        for (String resource : Chart.RESOURCES) {
            String named = "metadata:\n  name: " + resource + ".pyjob.io\n";
            String crd = Chart.text(Chart.PROJECT.resolve("crds/" + resource + ".pyjob.io-v1.yml"));
            String kept = named + "  annotations:\n    helm.sh/resource-policy: keep\n";
            assertThat(Helm.template().ok()).contains(crd.replace(named, kept));
        }
        assertThat(Helm.rendered().ofKind("CustomResourceDefinition")).hasSize(Chart.RESOURCES.size());
        assertThat(Helm.rendered("--set", "crds.install=false").ofKind("CustomResourceDefinition"))
                .isEmpty();
    }

    @Test
    void noPodMayDoMoreThanTheRestrictedStandardAllows() {
        for (PodSpec pod : everything().pods().values()) {
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(List.of(pod.getHostNetwork() != null, pod.getHostPID() != null, pod.getHostIPC() != null))
                    .containsOnly(false);
            assertThat(pod.getInitContainers()).isEmpty();
            assertThat(pod.getVolumes())
                    .allSatisfy(volume -> assertThat(
                                    volume.getEmptyDir() != null || volume.getPersistentVolumeClaim() != null)
                            .isTrue());
            for (Container container : pod.getContainers()) {
                assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                        .isFalse();
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                        .isTrue();
                assertThat(container.getSecurityContext().getCapabilities().getDrop())
                        .containsExactly("ALL");
                assertThat(container.getSecurityContext().getCapabilities().getAdd())
                        .isEmpty();
                assertThat(container.getSecurityContext().getPrivileged()).isNull();
                assertThat(container.getPorts())
                        .allSatisfy(port -> assertThat(port.getHostPort()).isNull());
                assertThat(container.getResources().getLimits()).containsKey("memory");
            }
        }
    }

    @Test
    void onlyPodsThatTalkToTheApiServerHaveATokenAndEachAServiceAccountOfItsOwn() {
        Rendered rendered = everything();
        assertThat(rendered.ofKind("ServiceAccount"))
                .hasSize(5)
                .allSatisfy(account -> assertThat(
                                account.path("automountServiceAccountToken").asBoolean(true))
                        .isFalse());
        Map<String, PodSpec> pods = rendered.pods();
        assertThat(pods).containsOnlyKeys("pyjob-operator", "pyjob-test", "pyjob-ui", "pyjob-history");
        pods.forEach((name, pod) -> {
            assertThat(pod.getAutomountServiceAccountToken()).isEqualTo(!name.equals("pyjob-history"));
            assertThat(pod.getServiceAccountName()).isEqualTo(name);
        });
    }

    @Test
    void theOperatorMayDoThisAndNothingElse() {
        Rendered rendered = Helm.rendered();
        assertThat(Rendered.rights(rendered.one("ClusterRole", "pyjob-jobs")))
                .containsExactlyInAnyOrder(
                        "pyjob.io/pyjobs: get, list, watch, create, delete",
                        "pyjob.io/pyjobschedules: get, list, watch",
                        "pyjob.io/pyjobs/status: patch",
                        "pyjob.io/pyjobschedules/status: patch",
                        "pods: get, list, watch, create, delete",
                        "secrets: get, list, watch, create",
                        "configmaps: get, list, watch, create",
                        "services: get, list, watch, create",
                        "events: get, create, patch");
        assertThat(Rendered.rights(rendered.one("Role", "pyjob-operator")))
                .containsExactlyInAnyOrder(
                        "coordination.k8s.io/leases: create",
                        "coordination.k8s.io/leases[pyjob-operator]: get, patch",
                        "services[pyjob-report]: get",
                        "discovery.k8s.io/endpointslices: create",
                        "discovery.k8s.io/endpointslices[pyjob-report]: get, patch");
        assertThat(Rendered.rights(rendered.one("Role", "pyjob-test")))
                .containsExactly("pyjob.io/pyjobs: create, get, delete");
        assertThat(rendered.names("Role")).containsExactlyInAnyOrder("pyjob-operator", "pyjob-test");
        assertThat(rendered.names("ClusterRole")).containsExactlyInAnyOrder("pyjob-jobs", "pyjob-view", "pyjob-edit");
        assertThat(rendered.names("ClusterRoleBinding")).containsExactly("pyjob-jobs");
        assertThat(rendered.names("RoleBinding")).containsExactlyInAnyOrder("pyjob-operator", "pyjob-test");
    }

    @Test
    void theUisProxyMayAskWhoSomebodyIsAndWhereADriverIs() {
        Rendered rendered = Helm.rendered("--set", "ui.enabled=true");
        assertThat(Rendered.rights(rendered.one("ClusterRole", "pyjob-ui")))
                .containsExactlyInAnyOrder(
                        "authentication.k8s.io/tokenreviews: create",
                        "authorization.k8s.io/subjectaccessreviews: create",
                        "pyjob.io/pyjobs: get",
                        "pods: get");
        Rendered namespaced = Helm.rendered("--set", "ui.enabled=true", "--set", "watchNamespaces={team-a,team-b}");
        assertThat(Rendered.rights(namespaced.one("ClusterRole", "pyjob-ui")))
                .containsExactlyInAnyOrder(
                        "authentication.k8s.io/tokenreviews: create",
                        "authorization.k8s.io/subjectaccessreviews: create");
        assertThat(namespaced.ofKind("Role"))
                .filteredOn(role -> role.at("/metadata/name").asText().equals("pyjob-ui"))
                .hasSize(2)
                .allSatisfy(role -> assertThat(Rendered.rights(role))
                        .containsExactlyInAnyOrder("pyjob.io/pyjobs: get", "pods: get"));
        assertThat(Helm.rendered().text()).doesNotContain("pyjob-ui");
    }

    @Test
    void aHistoryServerOnAClaimIsInEachNamespaceAndLetsInTheProxyOnly() {
        Rendered rendered = Helm.rendered(
                "--set",
                "ui.enabled=true",
                "--set",
                "history.enabled=true",
                "--set",
                "eventLog.claim=events",
                "--set",
                "eventLog.path=a/b",
                "--set",
                "history.namespaces={team-a,team-b}");
        assertThat(rendered.ofKind("Deployment"))
                .filteredOn(d -> d.at("/metadata/name").asText().equals("pyjob-history"))
                .extracting(d -> d.at("/metadata/namespace").asText())
                .containsExactlyInAnyOrder("team-a", "team-b");
        PodSpec pod = rendered.podOf("pyjob-history");
        assertThat(pod.getContainers().get(0).getCommand())
                .contains("-Dspark.history.fs.logDirectory=file:/pyjob-events/a/b");
        assertThat(pod.getContainers().get(0).getVolumeMounts())
                .filteredOn(mount -> mount.getName().equals("events"))
                .allSatisfy(mount -> assertThat(mount.getReadOnly()).isTrue());
        assertThat(rendered.ofKind("NetworkPolicy")).hasSize(2).allSatisfy(policy -> {
            JsonNode from = policy.at("/spec/ingress/0/from");
            assertThat(from).hasSize(1);
            assertThat(from.at("/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name")
                            .asText())
                    .isEqualTo("system");
            assertThat(from.at("/0/podSelector/matchLabels/app.kubernetes.io~1component")
                            .asText())
                    .isEqualTo("ui");
        });
        Map<String, String> env = rendered.envOf("pyjob-ui");
        assertThat(env)
                .containsEntry("PYJOB_HISTORY_URL", "http://pyjob-history.{namespace}.svc:18080")
                .containsEntry("PYJOB_HISTORY_NAMESPACES", "team-a,team-b");
        assertThat(rendered.envOf("pyjob-operator"))
                .containsEntry("PYJOB_EVENT_LOG_CLAIM", "events")
                .containsEntry("PYJOB_UI_PROXY_NAMESPACE", "system");
    }

    @Test
    void aHistoryServerOnADirectoryIsOneForAll() {
        Rendered rendered = Helm.rendered(
                "--set",
                "ui.enabled=true",
                "--set",
                "history.enabled=true",
                "--set",
                "eventLog.directory=s3a://bucket/events",
                "--set",
                "history.maxAge=720h",
                "--set",
                "watchNamespaces={team-a,team-b}");
        assertThat(rendered.ofKind("Deployment"))
                .filteredOn(d -> d.at("/metadata/name").asText().equals("pyjob-history"))
                .extracting(d -> d.at("/metadata/namespace").asText())
                .containsExactly("system");
        assertThat(rendered.podOf("pyjob-history").getContainers().get(0).getCommand())
                .contains(
                        "-Dspark.history.fs.logDirectory=s3a://bucket/events",
                        "-Dspark.history.fs.cleaner.maxAge=720h");
        assertThat(rendered.envOf("pyjob-ui"))
                .containsEntry("PYJOB_HISTORY_URL", "http://pyjob-history.system.svc:18080")
                .containsEntry("PYJOB_HISTORY_NAMESPACES", "");
    }

    @ParameterizedTest
    @CsvSource({
        "history.enabled=true;eventLog.claim=a, history.enabled needs ui.enabled=true",
        "history.enabled=true;ui.enabled=true, history.enabled needs eventLog.claim or eventLog.directory",
        "eventLog.claim=a;eventLog.directory=s3a://b/c, eventLog",
        "eventLog.path=../a, eventLog",
        "logs.claim=a;logs.directory=s3a://b/c, logs has a claim and a directory",
        "logs.directory=/a, logs",
    })
    void whatDoesNotGoTogetherIsRefused(String values, String why) {
        String[] arguments = Stream.of(values.split(";"))
                .flatMap(value -> Stream.of("--set", value))
                .toArray(String[]::new);
        assertThat(Helm.template(arguments).refused()).contains(why);
    }

    /** The operator checks these at its start. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theOperatorHasAllRightsThatItInsistsOn(boolean networkPolicies) {
        Rendered rendered = Helm.rendered("--set", "networkPolicy.enabled=" + networkPolicies);
        assertThat(rights(Right.forJobs(networkPolicies)))
                .allSatisfy(right -> assertThat(granted(rendered, "pyjob-jobs")).contains(right));
        assertThat(Stream.of(Right.ON_LEASE, Right.ON_REPORT_SERVICE).flatMap(rights -> rights(rights).stream()))
                .allSatisfy(
                        right -> assertThat(granted(rendered, "pyjob-operator")).contains(right));
    }

    private static List<String> rights(List<Right> rights) {
        return rights.stream()
                .map(right ->
                        (right.group().isEmpty() ? "" : right.group() + "/") + right.resource() + " " + right.verb())
                .toList();
    }

    /** What a role grants, one line for each verb, whatever the names. */
    private static List<String> granted(Rendered rendered, String role) {
        return rendered.objects().stream()
                .filter(object -> object.at("/metadata/name").asText().equals(role))
                .filter(object -> object.has("rules"))
                .flatMap(object -> Rendered.rights(object).stream())
                .map(line -> line.replaceFirst("\\[.*]", "").split(": ", 2))
                .flatMap(parts -> Stream.of(parts[1].split(", ")).map(verb -> parts[0] + " " + verb))
                .toList();
    }

    @Test
    void withoutATestThereIsNoAccountForIt() {
        Rendered rendered = Helm.rendered("--set", "test.enabled=false");
        assertThat(rendered.text()).doesNotContain("pyjob-test");
    }

    @Test
    void networkPoliciesAreARightOnlyWhereTheyAreWanted() {
        Rendered rendered = Helm.rendered("--set", "networkPolicy.enabled=true");
        assertThat(Rendered.rights(rendered.one("ClusterRole", "pyjob-jobs")))
                .contains("networking.k8s.io/networkpolicies: get, create");
        assertThat(rendered.env()).containsEntry("PYJOB_NETWORK_POLICIES", "true");
        assertThat(Helm.rendered().ofKind("NetworkPolicy")).isEmpty();
        assertThat(Helm.rendered().env()).containsEntry("PYJOB_NETWORK_POLICIES", "false");
    }

    @Test
    void withNamespacesItsRightsAreInTheseOnly() {
        Rendered rendered = Helm.rendered(NAMESPACED);
        assertThat(rendered.names("ClusterRole")).containsExactlyInAnyOrder("pyjob-view", "pyjob-edit");
        assertThat(rendered.ofKind("ClusterRoleBinding")).isEmpty();
        List<JsonNode> jobs = rendered.ofKind("Role").stream()
                .filter(role -> role.at("/metadata/name").asText().equals("pyjob-jobs"))
                .toList();
        assertThat(jobs)
                .extracting(role -> role.at("/metadata/namespace").asText())
                .containsExactly("team-a", "team-b");
        JsonNode clusterRole = Helm.rendered().one("ClusterRole", "pyjob-jobs");
        assertThat(jobs).allSatisfy(role -> assertThat(Rendered.rights(role)).isEqualTo(Rendered.rights(clusterRole)));
        assertThat(rendered.ofKind("RoleBinding"))
                .allSatisfy(binding ->
                        assertThat(binding.at("/subjects/0/namespace").asText()).isEqualTo("system"));
        assertThat(rendered.env()).containsEntry("PYJOB_WATCH_NAMESPACES", "team-a,team-b");
        assertThat(rendered.one("Role", "pyjob-test").at("/metadata/namespace").asText())
                .isEqualTo("team-a");
    }

    @Test
    void withNeitherCrdNorUserRolesNothingIsClusterWide() {
        Rendered rendered = Helm.rendered(
                "--set", "watchNamespaces={team-a}", "--set", "crds.install=false", "--set", "rbac.userRoles=false");
        assertThat(rendered.objects())
                .allSatisfy(
                        object -> assertThat(object.at("/metadata/namespace").asText())
                                .as(object.path("kind").asText())
                                .isNotEmpty());
    }

    @Test
    void withoutRbacThereAreNoRightsOfTheOperator() {
        Rendered rendered = Helm.rendered("--set", "rbac.create=false", "--set", "rbac.userRoles=false");
        assertThat(rendered.ofKind("ClusterRole")).isEmpty();
        assertThat(rendered.names("Role")).containsExactly("pyjob-test");
        assertThat(rendered.names("RoleBinding")).containsExactly("pyjob-test");
    }

    @Test
    void noJobIsTakenForTheOperatorWhateverItsName() {
        Rendered rendered = everything();
        Map<String, String> jobs = Map.of("app.kubernetes.io/name", "pyjob", "app.kubernetes.io/instance", "pyjob");
        for (String pointer :
                List.of("/spec/selector", "/spec/selector/matchLabels", "/spec/podSelector/matchLabels")) {
            for (JsonNode object : rendered.objects()) {
                JsonNode selector = object.at(pointer).path("app.kubernetes.io/name");
                assertThat(selector.asText()).isNotEqualTo(jobs.get("app.kubernetes.io/name"));
            }
        }
    }

    @Test
    void imagesAreNamedByRegistryRepositoryAndTagOrDigest() {
        assertThat(images(Helm.rendered()))
                .containsExactly(
                        "localhost/pyjob-operator:dev", "localhost/pyjob-runtime:dev", "localhost/pyjob-python:dev");
        String digest = "sha256:" + "0123456789abcdef".repeat(4);
        assertThat(images(Helm.rendered(
                        "--set", "image.registry=registry.example.com:5000/spark",
                        "--set", "image.tag=1.2.3",
                        "--set", "image.runtime.digest=" + digest,
                        "--set", "image.python.repository=team/python,image.python.tag=3.13")))
                .containsExactly(
                        "registry.example.com:5000/spark/pyjob-operator:1.2.3",
                        "registry.example.com:5000/spark/pyjob-runtime@" + digest,
                        "registry.example.com:5000/spark/team/python:3.13");
        assertThat(images(Helm.rendered("--set", "image.registry="))).contains("pyjob-operator:dev");
    }

    private static List<String> images(Rendered rendered) {
        return List.of(
                rendered.operatorPod().getContainers().get(0).getImage(),
                rendered.env().get("PYJOB_RUNTIME_IMAGE"),
                rendered.env().get("PYJOB_PYTHON_IMAGE"));
    }

    @Test
    void pullSecretsAreTheOperatorsAndTheJobs() {
        Rendered rendered = Helm.rendered("--set", "image.pullSecrets={one,two}");
        assertThat(rendered.env()).containsEntry("PYJOB_IMAGE_PULL_SECRETS", "one,two");
        assertThat(rendered.pods().values())
                .allSatisfy(pod -> assertThat(pod.getImagePullSecrets())
                        .extracting(reference -> reference.getName())
                        .containsExactly("one", "two"));
    }

    @Test
    void namesFollowTheRelease() {
        assertThat(Helm.rendered("--set", "fullnameOverride=spark").names("Deployment"))
                .containsExactly("spark-operator");
        Rendered cut = Helm.rendered("--set", "fullnameOverride=" + "x".repeat(63));
        assertThat(cut.objects())
                .allSatisfy(object -> assertThat(
                                object.at("/metadata/name").asText().length())
                        .isLessThanOrEqualTo(63));
        assertThat(Helm.rendered("--set", "fullnameOverride=spark").env())
                .containsEntry("PYJOB_REPORT_SERVICE", "spark-report")
                .containsEntry("PYJOB_REPORT_URL", "http://spark-report.system.svc:7070/report")
                .containsEntry("PYJOB_LEASE_NAME", "spark-operator");
    }

    @Test
    void theReportServiceSelectsNoPods() {
        assertThat(Helm.rendered().one("Service", "pyjob-report").path("spec").has("selector"))
                .isFalse();
    }

    @Test
    void replicasPreferDifferentNodes() {
        assertThat(Helm.rendered("--set", "replicas=2")
                        .operatorPod()
                        .getAffinity()
                        .getPodAntiAffinity()
                        .getPreferredDuringSchedulingIgnoredDuringExecution())
                .hasSize(1);
        assertThat(Helm.rendered().operatorPod().getAffinity()).isNull();
    }

    /** The schema's words are Helm's; ours is only the path in them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "replicas=two                               | at '/replicas': got string, want integer",
                "replicsa=2                                 | additional properties 'replicsa' not allowed",
                "image.tga=1                                | at '/image': additional properties 'tga' not allowed",
                "image.tag=a b                              | at '/image/tag': 'a b' does not match pattern",
                "image.runtime.digest=abc                   | at '/image/runtime/digest': 'abc' does not match pattern",
                "image.pullPolicy=never                     | at '/image/pullPolicy': value must be one of '', 'Always', 'IfNotPresent', 'Never'",
                "watchNamespaces=team-a                     | at '/watchNamespaces': got string, want array",
                "watchNamespaces={Team}                     | at '/watchNamespaces/0': 'Team' does not match pattern",
                "watchNamespaces={a,a}                      | at '/watchNamespaces': items at 0 and 1 are equal",
                "log.level=verbose                          | at '/log/level': value must be one of",
                "reconcileThreads=0                         | at '/reconcileThreads': minimum: got 0, want 1",
                "networkPolicy.enabled=yes                  | at '/networkPolicy/enabled': got string, want boolean",
                "extraEnv[0].name=PYJOB_NAMESPACE           | at '/extraEnv/0/name'",
                "podAnnotations.a.b=1                       | at '/podAnnotations/a': got object, want string",
                "metrics.serviceMonitor.interval=often      | at '/metrics/serviceMonitor/interval': 'often' does not match pattern",
                "serviceAccount.create=false                | serviceAccount.name is needed where serviceAccount.create is false",
                "replicas=2,leaderElection.enabled=false    | more than one operator needs leaderElection.enabled=true",
                "leaderElection.renewDeadlineSeconds=15    | leaseDurationSeconds has to be more than renewDeadlineSeconds",
                "leaderElection.retryPeriodSeconds=5       | has to be more than 2.2 times retryPeriodSeconds",
                "metrics.serviceMonitor.enabled=true,metrics.service.enabled=false | needs metrics.service.enabled=true",
                "metrics.executors.podMonitor.enabled=true,metrics.executors.enabled=false | needs metrics.executors.enabled=true",
                "metrics.executors.port=80 | at '/metrics/executors/port': minimum: got 80, want 1,024",
            })
    void wrongValuesAreRefused(String set, String message) {
        assertThat(Helm.template("--set", set).refused()).contains(message);
    }

    @Test
    void whatAnUmbrellaChartSetsIsNoMistake() {
        Helm.template("--set", "global.registry=x").ok();
    }

    private static Rendered everything() {
        return Helm.rendered(
                "--values", GOLDEN.resolve("everything.values.yaml").toString());
    }
}
