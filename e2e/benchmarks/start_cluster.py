"""Time of a small job on a cluster: from the start of `kubectl apply` until the script has its result, and until the
PyJob is Succeeded; against from the start of `spark-submit --deploy-mode cluster` until the script has its result, and
until the driver's pod is Succeeded.

Both run the same scripts, with executors of one core, and images that the node has. The floor is a pod that does
nothing.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path

from pyjob_local.say import SetupError, say

from . import operator_release, stock_spark
from .cluster import PROJECT, Change, Cluster, find_cluster
from .node import PodCpu, cpu_seconds, pod_cgroup
from .side_by_side import Taken, machine, median, result
from .table import table
from .timeline import Step, all_gone, containers, has_phase, medians, steps, told, uids

_PATIENCE_S = 300.0
_ENDS = ("Succeeded", "Failed")
_RESULT = re.compile(r"^result at (\d+\.\d+)$", re.MULTILINE)
_TRACES = PROJECT / "e2e" / "target" / "traces"

OURS = "PyJob"
STOCK = "spark-submit"
BEST = "spark-submit, best settings"
FLOOR = "a pod that does nothing"


@dataclass(frozen=True)
class Case:
    """A script of `jobs`, and how many executors it has."""

    name: str
    script: str
    executors: int


_NOTHING = Case("nothing", "", 0)
_CASES = (
    Case("trivial job", "trivial.py", 1),
    Case("RDD job", "rdd.py", 1),
    Case("RDD job, two executors", "rdd.py", 2),
    Case("pandas_udf job", "pandas_udf.py", 1),
    Case("pandas_udf job, two executors", "pandas_udf.py", 2),
)


@dataclass(frozen=True)
class Command:
    """What begins a run, and what it reads."""

    words: list[str]
    environment: dict[str, str]
    given: str = ""


@dataclass(frozen=True)
class Way:
    """One way to run a script: where, what begins it (given the run's name and the case), what removes it (given
    the name), and what shows its end: a PyJob, or else the pod of a role.
    """

    name: str
    namespace: str
    begin: Callable[[str, Case], Command]
    remove: Callable[[str], list[str]]
    role: str = ""
    operator: str = ""  # UID of the pod whose work counts too


@dataclass(frozen=True)
class Run:
    """A run that is over."""

    taken: Taken
    result: float | None  # seconds from the start until the script had its result
    start: float
    steps: list[Step]
    parts: dict[str, float]  # seconds of CPU


def main(arguments: list[str]) -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="e2e/bench start-cluster", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="counted runs of each way (default: 7)")
    parser.add_argument(
        "--images", metavar="TAG", help="our images of that tag, which the node has, instead of building them"
    )
    parser.add_argument("--trace", action="store_true", help="print what happened when, and keep the containers' logs")
    parser.add_argument(
        "--only", choices=(OURS, STOCK, BEST, FLOOR), action="append", help="this way only; may be repeated"
    )
    options = parser.parse_args(arguments)
    ways_wanted = options.only or [FLOOR, STOCK, BEST, OURS]
    cluster = find_cluster()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pyjob-bench-")))
        ways = _set_up(cluster, stack, folder, ways_wanted, options.images)
        _measure(cluster, [way for way in ways if way.name in ways_wanted], options.runs, options.trace)


def _set_up(cluster: Cluster, stack: ExitStack, folder: Path, wanted: list[str], tag: str | None) -> list[Way]:
    if OURS in wanted and tag is None:
        operator_release.build_images("bench")
    stock_spark.build_image()
    mark = f"bench-{os.getpid()}"
    plain = stack.enter_context(cluster.namespace(f"{mark}-stock", "baseline"))
    submit = stock_spark.prepare(cluster, plain, folder)

    def pod(name: str, _: Case) -> Command:
        container = {"name": "pod", "image": stock_spark.IMAGE, "command": ["/bin/true"]}
        return _apply(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": name, "namespace": plain},
                "spec": {"restartPolicy": "Never", "containers": [container]},
            }
        )

    def stock(settings: dict[str, str]) -> Callable[[str, Case], Command]:
        return lambda name, case: Command(
            submit.command(name, case.script, settings, executors=case.executors), submit.environment()
        )

    def remove_stock(_: str) -> list[str]:
        # What drivers leave: their own objects go with their pods, as owners' references say.
        return ["-n", plain, "delete", "pods", "-l", "spark-role=driver", "--wait=false"]

    ways = [
        Way(FLOOR, plain, pod, lambda name: ["-n", plain, "delete", "pod", name, "--wait=false"]),
        Way(STOCK, plain, stock(stock_spark.AS_IT_IS), remove_stock, "driver"),
        Way(BEST, plain, stock(stock_spark.BEST_KNOWN), remove_stock, "driver"),
    ]
    if OURS in wanted:
        jobs = stack.enter_context(cluster.namespace(f"{mark}-jobs", "restricted"))
        system = stack.enter_context(cluster.namespace(f"{mark}-operator", "restricted"))
        running = stack.enter_context(operator_release.operator(cluster, system, jobs, tag or "bench"))

        def ours(name: str, case: Case) -> Command:
            return _apply(operator_release.job(name, jobs, stock_spark.JOBS / case.script, executors=case.executors))

        def remove_ours(name: str) -> list[str]:
            return ["-n", jobs, "delete", "pyjob", name, "--wait=false"]

        ways.append(Way(OURS, jobs, ours, remove_ours, operator=running["metadata"]["uid"]))
    return ways


def _apply(manifest: dict[str, object]) -> Command:
    return Command(["kubectl", "apply", "-f", "-"], {}, json.dumps(manifest))


def _measure(cluster: Cluster, ways: list[Way], runs: int, trace: bool) -> None:
    done: dict[tuple[str, str], list[Run]] = {}
    floor = [way for way in ways if way.name == FLOOR]
    paired = [way for way in ways if way.name != FLOOR]
    for case, these in [(_NOTHING, floor), *((case, paired) for case in _CASES)]:
        for number in range(runs + 1):
            for way in these:
                script = case.script.removesuffix(".py").replace("_", "-") or "pod"
                one = _run(cluster, way, f"{script}-{case.executors}-{number}", case, trace)
                note = "" if number else " (warm-up)"
                print(f"  {case.name}, {way.name}: {one.taken.wall:.2f} s{note}", file=sys.stderr, flush=True)
                if number:
                    done.setdefault((case.name, way.name), []).append(one)
    print(f"Medians of {runs} runs in turn; {machine()}\n")
    _print_times(done)
    if trace:
        for (title, name), taken in done.items():
            print(f"\n{title}, {name}: seconds from the start, medians\n")
            seen = medians([run.steps for run in taken], [run.start for run in taken])
            print(table(("seconds", "what was seen"), [(step.at, step.what) for step in seen]))
            print(f"\n{title}, {name}: CPU seconds, medians\n")
            parts = {part: [run.parts.get(part, 0.0) for run in taken] for part in taken[0].parts}
            print(table(("part", "CPU seconds"), [(part, statistics.median(all_)) for part, all_ in parts.items()]))
    print()
    result("start-cluster", _ratios(done))


def _ratios(done: dict[tuple[str, str], list[Run]]) -> dict[str, float]:
    ratios: dict[str, float] = {}
    for case in _CASES:
        ours, stock = done.get((case.name, OURS)), done.get((case.name, STOCK))
        if ours and stock:
            ratios[case.name] = _wall(ours) / _wall(stock)
            ratios[f"{case.name}, until its result"] = _until_result(ours) / _until_result(stock)
    return ratios


def _wall(runs: list[Run]) -> float:
    return median([run.taken for run in runs]).wall


def _until_result(runs: list[Run]) -> float:
    return statistics.median(run.result for run in runs if run.result is not None)


def _print_times(done: dict[tuple[str, str], list[Run]]) -> None:
    rows: list[tuple[object, ...]] = []
    for (case, name), runs in done.items():
        walls = [run.taken.wall for run in runs]
        stock = done.get((case, STOCK))
        rows.append(
            (
                case,
                name,
                "" if case == _NOTHING.name else _until_result(runs),
                _wall(runs),
                f"{min(walls):.1f} to {max(walls):.1f}",
                median([run.taken for run in runs]).cpu,
                f"{_until_result(runs) / _until_result(stock):.2f}" if stock else "",
                f"{_wall(runs) / _wall(stock):.2f}" if stock else "",
            )
        )
    heading = ("case", "way", "first result, s", "succeeded, s", "from, to", "CPU seconds")
    print(table((*heading, "first result against stock", "succeeded against stock"), rows))


def _run(cluster: Cluster, way: Way, name: str, case: Case, trace: bool) -> Run:
    """Run it once, and wait until nothing of it is left."""
    command = way.begin(name, case)
    api = f"/apis/pyjob.io/v1alpha1/namespaces/{way.namespace}/pyjobs"
    with (
        cluster.watch(f"/api/v1/namespaces/{way.namespace}/pods") as pods,
        cluster.watch(api) if way.operator else nullcontext(pods) as shows,
    ):
        used = PodCpu(lambda: uids(pods.changes()))
        before = (_client(), _operator(way))
        start = time.time()
        process = subprocess.Popen(
            command.words,
            env={**cluster.environment, **command.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said, _ = process.communicate(command.given) if command.given else ("", "")
        over = shows.wait(lambda changes: has_phase(changes, _ENDS, way.role) is not None, _PATIENCE_S)
        end = has_phase(shows.changes(), _ENDS, way.role)
        if not over or end is None or end.object["status"]["phase"] != "Succeeded":
            process.kill()
            raise SetupError(f"{way.name}, run {name}: {_how_it_went(cluster, way)}\n{said}")
        if not command.given:
            process.communicate()
        got = _result(cluster, way, pods.changes()) if case.script else None
        if trace:
            _keep_logs(cluster, way, name, pods.changes(), start)
        cluster.kubectl(*way.remove(name))
        pods.wait(all_gone, _PATIENCE_S)
        client, operator = _client() - before[0], _operator(way) - before[1]
        happened = steps([*pods.changes(), *(shows.changes() if shows is not pods else [])])
        happened += told(shows.changes())
        cpu = used.stop() + client + operator
        parts = {"client": client, "operator": operator}
        parts |= {name: used.container(id_) for id_, name in containers(pods.changes()).items()}
    time.sleep(1)  # the node's own tidying is not the next run's
    return Run(Taken(end.at - start, cpu), None if got is None else got - start, start, happened, parts)


def _result(cluster: Cluster, way: Way, changes: list[Change]) -> float:
    """When the script said that it has its result, by the clock of the node, which is this machine's."""
    driver = next(name for name in (change.object["metadata"]["name"] for change in changes) if "driver" in name)
    log = cluster.kubectl("-n", way.namespace, "logs", driver, *(["-c", "python"] if way.operator else []))
    said = _RESULT.search(log)
    if said is None:
        raise SetupError(f"{way.name}: the log of {driver} does not say when there was a result:\n{log[-2000:]}")
    return float(said[1])


def _client() -> float:
    ended = os.times()
    return ended.children_user + ended.children_system


def _operator(way: Way) -> float:
    cgroup = pod_cgroup(way.operator) if way.operator else None
    return cpu_seconds(cgroup) or 0.0 if cgroup else 0.0


def _how_it_went(cluster: Cluster, way: Way) -> str:
    told = [cluster.kubectl("-n", way.namespace, "get", "pods,events", "-o", "wide")]
    if way.operator:
        told.append(cluster.kubectl("-n", way.namespace, "describe", "pyjobs"))
    return "it has not succeeded:\n" + "\n".join(told)


def _keep_logs(cluster: Cluster, way: Way, name: str, changes: list[Change], start: float) -> None:
    folder = _TRACES / way.name.replace(" ", "-").replace(",", "")
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{step.at - start:8.3f} {step.what}" for step in steps(changes)]
    for pod in sorted({change.object["metadata"]["name"] for change in changes}):
        try:
            log = cluster.kubectl("-n", way.namespace, "logs", pod, "--all-containers", "--prefix", "--timestamps")
        except SetupError as gone:
            say(f"{pod}: no log: {gone}")
            continue
        (folder / f"{name}-{pod}.log").write_text(log)
    (folder / f"{name}.txt").write_text("\n".join([f"start {start:.3f}", *lines, ""]))
