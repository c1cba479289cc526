"""`pyjob describe`: first what is wrong and what to do about it, then how everything is. Pure but for `show`."""

from datetime import datetime

from . import pods, words
from .display import now
from .job import Job, instant
from .kubectl import Json, Kubectl, Refused
from .logs import pods_of, tail
from .pods import Container, Pod

_LAST_LINES = 15
_EVENTS = 15

_ADVICE = {
    "ScriptFailed": "mend the script, then `submit --replace` it: the traceback is the script's own",
    "ScriptNotFound": "create the ConfigMap, or its key, that script.configMap names",
    "RequirementsNotFound": "create the ConfigMap, or its key, that python.requirementsFrom names",
    "StartTimeout": "the message says what kept the start; raise timeout.start if it may take that long",
    "DeadlineExceeded": "raise timeout.run, or look at the logs below for what took so long",
    "SecretNotFound": "create the Secret, or its key, that the message names, in the job's own namespace",
    "ConfigMapNotFound": "create the ConfigMap, or its key, that the message names, in the job's own namespace",
    "ScriptUnavailable": "the message says why the script cannot be had; correct script.url, its hash or credentials",
    "ModulesNotFound": "create the ConfigMap, or its key, that python.modulesFrom names",
    "HadoopConfNotFound": "create the ConfigMap that jvm.hadoopConf names",
    "IvySettingsNotFound": "create the ConfigMap, or its key, that jvm.ivySettings names",
    "JavaPackagesFailed": "the message names the package or jar, and who was asked; see docs/dependencies.md",
    "PythonPackagesFailed": "the message names the package or file, and why; see docs/dependencies.md",
    "OutOfMemory": "raise the field that the message names: the JVM and Python have limits of their own",
    "DriverJvmEnded": "look at the driver's JVM log below: the JVM ended before the script did",
    "ExecutorsFailed": "look at the executor's log below; one that cannot reach the driver points to network policies",
    "ExecutorsLost": "executors were taken away with their nodes; they are replaced as soon as there is room",
    "Unschedulable": "no node has room: ask for less (driver.cpu, executors.cpu, memory), or add nodes",
    "QuotaExceeded": "the namespace's ResourceQuota is used up: kubectl describe quota",
    "PodSecurity": "the namespace refuses the pod by its pod security standard; the message names the rule",
    "AdmissionDenied": "a policy of the cluster refuses the pod; the message names it",
    "ValidatingAdmissionPolicy": "a policy of the cluster refuses the pod; the message names it",
    "Forbidden": "the operator lacks a right: who runs it finds in docs/operating.md which ones it needs",
    "ErrImagePull": "the image's name is wrong, or its registry asks for a password; python.image is the script's",
    "ErrImageNeverPull": "the image is not on the node, and the pull policy forbids to fetch it",
    "InvalidImageName": "the name of the image in the manifest's python.image is not one",
    "CreateContainerConfigError": "the kubelet cannot make the container; the message has its words",
    "StartError": "the container's program cannot be started: has the image the Python that the message names?",
    "CrashLoopBackOff": "the container that the message names ends again and again: its log below says why",
    "SignatureValidationFailed": "the node takes signed images only, and this one's signature does not hold",
    "InvalidSpec": "correct the field that the message names, then `submit --replace` the job; see docs/pods.md",
    "InitContainerFailed": "the message names the template's init container; its log tells more",
    "KindUnknown": "install the scheduler that spec.queue names, or leave spec.queue out",
    "NamespaceTerminating": "the namespace is being deleted: run the job in another one",
    "ServerError": "the API server fails, and the operator tries again; who runs the cluster finds more in its log",
    "Invalid": "an object of the job is not as the API server wants it; the message says how",
    "NameTaken": "an object of that name belongs to somebody else: give the job another name",
    "DriverDeleted": "somebody deleted the driver's pod; `submit --replace` if the script may run a second time",
    "DriverGone": "the driver's node is lost; `submit --replace` if the script may run a second time",
    "Evicted": "the node had too little memory or disk and put the driver's pod out; `submit --replace` it",
    "Preempted": "a pod of higher priority took the driver's place; `submit --replace` it",
}
_SAME = {
    "ImagePullBackOff": "ErrImagePull",
    "RegistryUnavailable": "ErrImagePull",
    "ImageInspectError": "ErrImagePull",
    "CreateContainerError": "CreateContainerConfigError",
    "RunContainerError": "StartError",
    "ContainerCannotRun": "StartError",
    "OOMKilled": "OutOfMemory",
}
_NOTABLE = ("MemoryLimitHit", "PythonWorkersFailed", "PreloadFailed", "DependencyConflicts")


def show(kubectl: Kubectl, job: Job) -> int:
    """Print all that is known of the job, the failure first."""
    there = pods_of(kubectl, job)
    found = culprit(job, there)
    lines = [] if found is None or not found[1].has_log else tail(kubectl, *found, _LAST_LINES)
    for line in text(job, there, lines, _events(kubectl, job), now()):
        print(line)
    return 0


def _events(kubectl: Kubectl, job: Job) -> list[Json]:
    try:
        return kubectl.objects("get", "events", f"--field-selector=involvedObject.uid={job.uid}")
    except Refused:  # somebody who may see jobs need not be allowed to see events
        return []


def culprit(job: Job, there: list[Pod]) -> tuple[Pod, Container] | None:
    """The container that a failure is about; None if nothing has failed or it is not about one."""
    if job.phase == "Succeeded" or not (job.is_over or job.condition("Stalled")):
        return None
    all_of_them = [(pod, container) for pod in reversed(there) for container in pod.containers]
    ended = [(p, c) for p, c in all_of_them if c.state == "terminated" and c.exit_code]
    drivers = [(p, c) for p, c in ended if p.role == pods.DRIVER]
    executors = [(p, c) for p, c in ended if p.role == pods.EXECUTOR]
    waiting = [(p, c) for p, c in all_of_them if c.state == "waiting" and c.reason == job.reason]
    out_of_memory = [(p, c) for p, c in ended if c.reason == "OOMKilled"]
    by_reason = {
        "OutOfMemory": [*(f for f in out_of_memory if f in drivers), *out_of_memory],
        "DriverJvmEnded": [(p, c) for p, c in drivers if c.name == pods.JVM],
        "ExecutorsFailed": [*(f for f in executors if f[1].name == pods.JVM), *executors],
    }
    script = [(p, c) for p, c in drivers if c.name == pods.PYTHON]
    # Executors end otherwise than well whenever their driver does: that is no reason.
    candidates = [*by_reason.get(job.reason, []), *waiting, *script, *drivers]
    return candidates[0] if candidates else None


def advice(job: Job) -> str:
    """What a person can do about it; empty if there is nothing to say."""
    stalled = job.condition("Stalled")
    reason = job.reason or ("" if stalled is None else stalled.reason)
    return _ADVICE.get(_SAME.get(reason, reason), "")


def text(job: Job, there: list[Pod], last_lines: list[str], events: list[Json], at: datetime) -> list[str]:
    """The whole description; ``last_lines`` are those of the container that failed."""
    lines = [headline(job, at)]
    found = culprit(job, there)
    if job.message and job.phase != "Succeeded":
        lines += ["", *_indented(job.message)]
    if found is not None:
        pod, container = found
        lines += ["", f"container: {container.name} of pod {pod.name} {_state(container)}"]
        if container.message and container.message.strip() not in job.message:
            lines += _indented(container.message.strip())
    if advice(job):
        lines += [f"what to do: {advice(job)}"]
    for name in _NOTABLE:
        condition = job.condition(name)
        if condition is not None and condition.message != job.message:
            lines += [f"{name}: {condition.message}"]
    if found is not None and last_lines:
        lines += ["", f"last lines of {found[1].name} of {found[0].label}:", *_indented("\n".join(last_lines))]
    lines += ["", *words.status(job, at, with_reasons=False)]
    if there:
        rows = [["POD", "ATTEMPT", "PHASE", *(n.upper() for n in (pods.PYTHON, pods.JVM))]]
        for pod in there:
            states = [_state(c) if (c := pod.container(name)) else "" for name in (pods.PYTHON, pods.JVM)]
            rows.append([pod.name, str(pod.attempt), pod.phase, *states])
        lines += ["", *words.table(rows)]
    if job.failures:
        rows = [["FAILED", "ATTEMPT", "SINCE", "HOW"]]
        for failure in job.failures:
            first = (failure.message.splitlines() or [""])[0]
            rows.append([f"exec-{failure.executor}", str(failure.attempt), words.age(failure.at, at), first])
        lines += ["", *words.table(rows)]
    if job.conditions:
        rows = [["CONDITION", "STATUS", "SINCE", "REASON", "MESSAGE"]]
        for told in job.conditions:
            first = (told.message.splitlines() or [""])[0]
            rows.append([told.type, told.status, words.age(told.since, at), told.reason, first])
        lines += ["", *words.table(rows)]
    if events:
        lines += ["", *_of_events(events, at)]
    return lines


def headline(job: Job, at: datetime) -> str:
    """One sentence that says how the job is."""
    seconds = job.duration(at)
    after = "" if seconds is None else f" after {words.took(seconds)}"
    if job.phase == "Failed":
        code = "" if job.exit_code is None else f", exit code {job.exit_code}"
        return f"{job.name} failed{after}: {job.reason}{code}"
    if job.phase == "Succeeded":
        return f"{job.name} succeeded{after}"
    if job.is_over:
        return f"{job.name} was cancelled{after}"
    stalled = job.condition("Stalled")
    if stalled is not None:
        return f"{job.name} waits: {stalled.reason}"
    if not job.phase:
        return (
            f"{job.name}: no operator has looked at it. Is one running (kubectl get deployments -A "
            "-l app.kubernetes.io/name=pyjob-operator), and does it watch this namespace?"
        )
    return f"{job.name} is {job.phase.lower()}" + ("" if seconds is None else f" for {words.took(seconds)}")


def _state(container: Container) -> str:
    if container.state == "terminated":
        reason = f" ({container.reason})" if container.reason not in {"", "Completed", "Error"} else ""
        return f"ended with {container.exit_code}{reason}"
    state = "runs" if container.state == "running" else f"waits ({container.reason})" if container.reason else "waits"
    return state + (f", started {container.restarts + 1} times" if container.restarts else "")


def _indented(message: str) -> list[str]:
    return ["    " + line for line in message.splitlines()]


def _of_events(events: list[Json], at: datetime) -> list[str]:
    def when(event: Json) -> datetime | None:
        series = event.get("series") or {}
        named = (series.get("lastObservedTime"), event.get("lastTimestamp"), event.get("eventTime"))
        return next((instant(t) for t in (*named, (event.get("metadata") or {}).get("creationTimestamp")) if t), None)

    rows = [["EVENT", "AGE", "REASON", "MESSAGE"]]
    latest = sorted(events, key=lambda e: moment.timestamp() if (moment := when(e)) else 0)[-_EVENTS:]
    for event in latest:
        message = (str(event.get("message") or "").splitlines() or [""])[0]
        rows.append([str(event.get("type") or ""), words.age(when(event), at), str(event.get("reason") or ""), message])
    return words.table(rows)
