package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Volume;
import io.pyjob.api.Phase;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Claims, Secrets and ConfigMaps in the containers that they are for, and in no others. */
@OnCluster
final class VolumesE2E {
    private static final String OURS = "app.kubernetes.io/part-of: pyjob-e2e";

    private final TestNamespace namespace;

    VolumesE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    /** Volumes that are folders of the one node that both pods are on: no cluster needs to have a storage class for this. */
    @BeforeAll
    static void makeObjects(TestNamespace namespace) {
        for (String claim : List.of("input", "output")) {
            String volume = namespace.name() + "-" + claim;
            Kubectl.run("""
                    apiVersion: v1
                    kind: PersistentVolume
                    metadata: {name: %1$s, labels: {%3$s}}
                    spec:
                      capacity: {storage: 1Gi}
                      accessModes: [ReadWriteMany]
                      persistentVolumeReclaimPolicy: Retain
                      storageClassName: ""
                      claimRef: {namespace: %4$s, name: %2$s}
                      hostPath: {path: /tmp/%1$s, type: DirectoryOrCreate}
                    """.formatted(volume, claim, OURS, namespace.name()), List.of("apply", "-f", "-"))
                    .ok();
            namespace.applyObjects("""
                    apiVersion: v1
                    kind: PersistentVolumeClaim
                    metadata: {name: %1$s, labels: {%2$s}}
                    spec: {accessModes: [ReadWriteMany], storageClassName: "", volumeName: %3$s, resources: {requests: {storage: 1Gi}}}
                    """.formatted(claim, OURS, volume));
        }
        namespace.applyObjects("""
                apiVersion: v1
                kind: Secret
                metadata: {name: lake, labels: {%1$s}}
                stringData: {key: s3cret, extra: more}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: api, labels: {%1$s}}
                stringData: {token: t0ken}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, labels: {%1$s}}
                data: {table: numbers}
                """.formatted(OURS));
        inFolders(namespace, """
                import os, shutil
                for name in os.listdir('/folders'):
                    if name.startswith('%1$s'):
                        os.chown('/folders/' + name, 185, 185)
                        for old in os.listdir('/folders/' + name):
                            shutil.rmtree(f'/folders/{name}/{old}', ignore_errors=True)
                with open('/folders/%1$s-input/a.csv', 'w') as file:
                    print('n', 1, 2, 1, sep=chr(10), file=file)
                """.formatted(namespace.name()));
    }

    @AfterAll
    static void removeObjects(TestNamespace namespace) {
        inFolders(namespace, """
                import os, shutil
                for name in os.listdir('/folders'):
                    if name.startswith('%s-'):
                        shutil.rmtree('/folders/' + name)
                """.formatted(namespace.name()));
        namespace.kubectl("delete", "pyjobs", "--all", "--timeout=60s").ok();
        namespace
                .kubectl("delete", "secrets,pvc", "-l", "app.kubernetes.io/part-of=pyjob-e2e", "--timeout=120s")
                .ok();
        for (String claim : List.of("input", "output")) {
            Kubectl.run("delete", "pv", namespace.name() + "-" + claim, "--timeout=60s")
                    .ok();
        }
    }

    /** On the node, as an administrator would: in a namespace that lets a pod have its folders. */
    private static void inFolders(TestNamespace namespace, String program) {
        String folders = namespace.name() + "-folders";
        Kubectl.run("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: %1$s, labels: {%3$s, pyjob.io/e2e-prefix: %4$s, pod-security.kubernetes.io/enforce: privileged}}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: folders, namespace: %1$s}
                spec:
                  restartPolicy: Never
                  automountServiceAccountToken: false
                  terminationGracePeriodSeconds: 0
                  volumes: [{name: folders, hostPath: {path: /tmp}}]
                  containers:
                    - name: python
                      image: %2$s
                      imagePullPolicy: IfNotPresent
                      command: [python3, -c, "import sys; exec(sys.stdin.read())"]
                      stdin: true
                      stdinOnce: true
                      securityContext: {runAsUser: 0, runAsNonRoot: false}
                      volumeMounts: [{name: folders, mountPath: /folders}]
                """.formatted(folders, Cluster.pythonImage(), OURS, Cluster.prefix()), List.of("apply", "-f", "-"))
                .ok();
        try {
            for (String claim : List.of("input", "output")) {
                program = "import os; os.makedirs('/folders/%s-%s', exist_ok=True)%n".formatted(namespace.name(), claim)
                        + program;
            }
            Kubectl.run("-n", folders, "wait", "--for=condition=Ready", "--timeout=120s", "pod/folders")
                    .ok();
            Kubectl.run(program, List.of("-n", folders, "attach", "-i", "pod/folders"))
                    .ok();
            Kubectl.run(
                            "-n",
                            folders,
                            "wait",
                            "--for=jsonpath={.status.phase}=Succeeded",
                            "--timeout=60s",
                            "pod/folders")
                    .ok();
        } finally {
            Kubectl.run("delete", "namespace", folders, "--timeout=120s").ok();
        }
    }

    @Test
    void driverAndExecutorsShareClaimsAndEachContainerHasItsOwnSecrets() {
        Job job = namespace.run("shares", Scripts.SPARK + """
                import os, sys
                names = ('API_TOKEN', 'APP_table', 'LAKE_KEY')
                def have(_):
                    return [os.environ.get(name) for name in names], os.path.exists('/keys')
                def read(_):
                    with open('/data/in/a.csv') as file:
                        return file.readline().strip()
                print('script', have(0))
                print('function', sc.parallelize([0], 1).map(have).first())
                print('csv', spark.read.csv('/data/in', header=True).groupBy('n').count().orderBy('n').collect())
                print('python reads', read(0), sc.parallelize([0], 1).map(read).first())
                spark.range(10).repartition(2).write.mode('overwrite').csv('/data/out/ten')
                print('written', spark.read.csv('/data/out/ten').count(), os.path.exists('/data/out/ten/_SUCCESS'))
                print('jvm', sc.textFile('/keys/key').collect(), sc._jsc.hadoopConfiguration().get('test.key'))
                print('local', os.listdir('/scratch')[0].split('-')[0] in ('blockmgr', 'spark'))
                try:
                    open('/data/in/b', 'w')
                except OSError as refused:
                    print(refused.strerror)
                """, """
                python:
                  env: [{name: API_TOKEN, pods: [driver], valueFrom: {secretKeyRef: {name: api, key: token}}}]
                  envFrom: [{prefix: APP_, configMapRef: {name: settings}, pods: [executors]}]
                jvm:
                  env: [{name: LAKE_KEY, valueFrom: {secretKeyRef: {name: lake, key: key}}}]
                volumes:
                  - {name: input, mountPath: /data/in, claim: input, readOnly: true}
                  - {name: output, mountPath: /data/out, claim: output}
                  - {name: keys, mountPath: /keys, secret: {name: lake, items: [{key: key, path: key}]}}
                  - {name: scratch, mountPath: /scratch, localDir: true, emptyDir: {medium: Memory, sizeLimit: 64Mi}}
                executors: {instances: 1}
                conf: {spark.hadoop.test.key: "${env.LAKE_KEY}"}
                """);

        assertThat(job.succeeds()).isEqualTo("""
                script (['t0ken', None, None], False)
                function ([None, 'numbers', None], False)
                csv [Row(n='1', count=2), Row(n='2', count=1)]
                python reads n n
                written 10 True
                jvm ['s3cret'] s3cret
                local True
                Read-only file system
                """);
        assertThat(job.driver().getSpec().getVolumes())
                .extracting(Volume::getName)
                .contains("user-input", "user-keys");
    }

    @Test
    void aSecretThatIsNotThereIsToldAndTheJobGoesOnOnceItIs() {
        Job job = namespace.run("waits", Scripts.SPARK + "print('has', len(__import__('os').environ['LATE']))\n", """
                python: {env: [{name: LATE, valueFrom: {secretKeyRef: {name: late, key: token}}}]}
                executors: {instances: 0}
                """);
        assertThat(job.awaits("Stalled").getReason()).isEqualTo("SecretNotFound");
        assertThat(job.condition("Stalled").orElseThrow().getMessage()).contains("Secret late is not there");
        assertThat(job.pods()).isEmpty();

        namespace.applyObjects("""
                apiVersion: v1
                kind: Secret
                metadata: {name: late, labels: {%s}}
                stringData: {other: x}
                """.formatted(OURS));
        job.awaits(
                "a key to be missing",
                status -> status.conditions().stream()
                        .anyMatch(c ->
                                c.getMessage() != null && c.getMessage().contains("Secret late has no key token")));
        namespace
                .kubectl("patch", "secret", "late", "-p", "{\"stringData\": {\"token\": \"abc\"}}")
                .ok();

        assertThat(job.succeeds()).isEqualTo("has 3\n");
    }

    @Test
    void aClaimThatIsNotThereIsTold() {
        Job job = namespace.run("no-claim", "print('never')", """
                volumes: [{name: input, mountPath: /data/in, claim: nosuch}]
                executors: {instances: 0}
                """);
        assertThat(job.awaits("Stalled").getReason()).isEqualTo("Unschedulable");
        assertThat(job.condition("Stalled").orElseThrow().getMessage())
                .contains("persistentvolumeclaim \"nosuch\" not found");
        assertThat(job.phase()).isNotEqualTo(Phase.Failed);
        job.delete();
    }
}
