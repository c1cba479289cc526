package io.pyjob.e2e.cluster;

import static org.awaitility.Awaitility.await;

/**
 * A claim of a folder of the node, which any user may write to. A pod of root makes the folder so, in a namespace of its own:
 * a test's takes none.
 */
final class Claim implements AutoCloseable {
    private final TestNamespace namespace;
    private final String name;
    private final String maker;

    private Claim(TestNamespace namespace, String name) {
        this.namespace = namespace;
        this.name = name;
        maker = namespace.name() + "-volume";
    }

    static Claim of(TestNamespace namespace, String name) {
        Claim claim = new Claim(namespace, name);
        claim.make();
        return claim;
    }

    private String folder() {
        return "/var/tmp/" + maker;
    }

    private void make() {
        Kubectl.run("create", "namespace", maker).ok();
        Kubectl.run(
                        "label",
                        "namespace",
                        maker,
                        "pod-security.kubernetes.io/enforce=privileged",
                        "app.kubernetes.io/part-of=pyjob-e2e")
                .ok();
        apply(maker, pod("make", "rm -rf /host/x; mkdir -p /host/x && chmod 777 /host/x".replace("/x", "/" + maker)));
        apply(namespace.name(), """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: %1$s}
                spec:
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteMany]
                  persistentVolumeReclaimPolicy: Retain
                  storageClassName: ""
                  hostPath: {path: %2$s}
                  claimRef: {namespace: %3$s, name: %4$s}
                ---
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: %4$s, namespace: %3$s}
                spec:
                  accessModes: [ReadWriteMany]
                  storageClassName: ""
                  volumeName: %1$s
                  resources: {requests: {storage: 1Gi}}
                """.formatted(maker, folder(), namespace.name(), name));
    }

    private String pod(String podName, String command) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  restartPolicy: Never
                  containers:
                    - name: shell
                      image: %s
                      imagePullPolicy: IfNotPresent
                      securityContext: {runAsUser: 0}
                      command: [sh, -c, "%s"]
                      volumeMounts: [{name: host, mountPath: /host}]
                  volumes: [{name: host, hostPath: {path: /var/tmp}}]
                """.formatted(podName, Cluster.pythonImage(), command);
    }

    private void apply(String where, String yaml) {
        Kubectl.run(yaml, java.util.List.of("-n", where, "apply", "-f", "-")).ok();
        if (yaml.contains("kind: Pod\n")) {
            await("the folder of the node")
                    .atMost(Cluster.LONG)
                    .until(() -> Kubectl.run("-n", where, "get", "pods", "-o", "jsonpath={.items[*].status.phase}")
                            .ok()
                            .matches("(Succeeded ?)+"));
        }
    }

    @Override
    public void close() {
        namespace.kubectl("delete", "pvc", name, "--wait=false").ok();
        Kubectl.run("delete", "pv", maker, "--wait=false").ok();
        apply(maker, pod("remove", "rm -rf /host/" + maker));
        Kubectl.run("delete", "namespace", maker, "--wait=false").ok();
    }
}
