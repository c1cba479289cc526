package io.pyjob.e2e.cluster;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Does to a container's first process what the kernel or a broken node does. Within its own container that process is safe
 * from signals that it does not handle; so a pod sends them that sees the node's processes.
 */
final class NodeAgent implements AutoCloseable {
    private static final String POD = "node-agent";
    /** Finds {@code first}, the pid of a container's first process. */
    private static final String ON_CONTAINER = """
            import os, pathlib, signal, sys
            first = None
            for status in pathlib.Path("/proc").glob("[0-9]*/status"):
                try:
                    if sys.argv[1] in open(status.with_name("cgroup")).read():
                        if any(l.startswith("NSpid:") and l.split()[-1] == "1" for l in open(status)):
                            first = int(status.parent.name)
                except (FileNotFoundError, ProcessLookupError):
                    pass
            if first is None:
                sys.exit("no process of container " + sys.argv[1])
            """;

    /** Prints the command lines of what runs in containers, once nothing does or the time is up. */
    private static final String IN_CONTAINERS = """
            import pathlib, sys, time
            seconds, containers = int(sys.argv[1]), sys.argv[2].split(",")
            def running():
                for process in pathlib.Path("/proc").glob("[0-9]*"):
                    try:
                        if any(container in (process / "cgroup").read_text() for container in containers):
                            yield (process / "cmdline").read_bytes()[:200].replace(b"\\0", b" ").decode(errors="replace")
                    except (FileNotFoundError, ProcessLookupError):
                        pass
            end = time.monotonic() + seconds
            while (left := list(running())) and time.monotonic() < end:
                time.sleep(0.05)
            for line in left:
                print(line.splitlines()[0] if line else "(of the kernel)")
            """;

    private final String namespace = Cluster.prefix() + "-node";

    private NodeAgent() {}

    static NodeAgent start() {
        NodeAgent agent = new NodeAgent();
        agent.create();
        return agent;
    }

    private void create() {
        await("an earlier namespace " + namespace + " to be gone")
                .atMost(Cluster.LONG)
                .until(() -> Cluster.client().namespaces().withName(namespace).get() == null);
        apply("""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: %s
                  labels:
                    app.kubernetes.io/part-of: pyjob-e2e
                    pyjob.io/e2e-prefix: %s
                    pod-security.kubernetes.io/enforce: privileged
                """.formatted(namespace, Cluster.prefix()));
        apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s}
                spec:
                  hostPID: true
                  automountServiceAccountToken: false
                  terminationGracePeriodSeconds: 0
                  tolerations: [{operator: Exists}]
                  containers:
                    - name: python
                      image: %s
                      imagePullPolicy: IfNotPresent
                      command: [python3, -c, "import time; time.sleep(86400)"]
                      securityContext: {runAsUser: 0, privileged: true}
                """.formatted(POD, namespace, Cluster.pythonImage()));
        Kubectl.run("-n", namespace, "wait", "--for=condition=Ready", "--timeout=60s", "pod/" + POD)
                .ok();
    }

    private static void apply(String yaml) {
        Kubectl.run(yaml, List.of("apply", "-f", "-")).ok();
    }

    void kill(Pod pod, String container) {
        signal(pod, container, "KILL");
    }

    /** Sends the signal of that name, such as {@code STOP}, to the container's first process. */
    void signal(Pod pod, String container, String name) {
        onContainer(pod, container, "os.kill(first, signal.SIG" + name + ")");
    }

    /** Ids of these pods' containers, as the node's processes have them in the names of their cgroups. */
    static List<String> containers(List<Pod> pods) {
        return pods.stream()
                .flatMap(pod -> Stream.concat(
                        pod.getStatus().getInitContainerStatuses().stream(),
                        pod.getStatus().getContainerStatuses().stream()))
                .map(container -> container.getContainerID().replaceFirst("^[a-z]+://", ""))
                .toList();
    }

    /** Command lines of the processes in these containers; with patience, those that are left after that time, if any are. */
    List<String> processes(List<String> containers, Duration patience) {
        String seconds = Long.toString(patience.toSeconds());
        return Kubectl.run(
                        "-n",
                        namespace,
                        "exec",
                        POD,
                        "--",
                        "python3",
                        "-c",
                        IN_CONTAINERS,
                        seconds,
                        String.join(",", containers))
                .ok()
                .lines()
                .toList();
    }

    /** When the container is out of memory the kernel takes its first process rather than another of about the same size. */
    void offerToTheKernel(Pod pod, String container) {
        onContainer(pod, container, "open(f'/proc/{first}/oom_score_adj', 'w').write('1000')");
    }

    private void onContainer(Pod pod, String container, String deed) {
        Pod now = Cluster.client().pods().resource(pod).get();
        String id = Job.container(now, container).getContainerID().replaceFirst("^[a-z]+://", "");
        Kubectl.run("-n", namespace, "exec", POD, "--", "python3", "-c", ON_CONTAINER + deed, id)
                .ok();
    }

    @Override
    public void close() {
        Kubectl.run("delete", "namespace", namespace, "--wait=false").ok();
    }
}
