"""Many jobs at once: from the start of one `kubectl apply` with all PyJobs until all their pods are there, and what it
costs the operator, against what spark-submit costs.

The pods ask for more CPU than any node has, so that none runs and only the submission is measured.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pyjob_local.say import SetupError

from . import operator_release, stock_spark
from .cluster import Cluster, Object, find_cluster
from .node import cpu_seconds, pod_cgroup, resident
from .side_by_side import Taken, machine, median, result
from .stock_spark import SparkSubmit
from .table import table
from .timeline import all_gone, pods_created

_CORES = 64
_PODS_A_JOB = 2  # the driver's and one executor's
_PATIENCE_S = 600.0
_SETTLE_S = 5.0
_SUBMIT_AND_LEAVE = {"spark.kubernetes.submission.waitAppCompletion": "false"}


@dataclass(frozen=True)
class Burst:
    """What a burst took: seconds until all pods were there, of these until kubectl had ended; seconds of CPU of the
    operator and of kubectl; and the operator's memory in bytes, now and at most.
    """

    wall: float
    client: float
    operator_cpu: float
    client_cpu: float
    resident: int
    peak: int


def main(arguments: list[str]) -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="e2e/bench submit-burst", description=__doc__)
    parser.add_argument("--jobs", type=int, default=50, help="PyJobs in the burst (default: 50)")
    parser.add_argument("--runs", type=int, default=3, help="bursts; the operator is the same (default: 3)")
    parser.add_argument("--submits", type=int, default=5, help="how many jobs stock submits, one by one (default: 5)")
    parser.add_argument(
        "--images", metavar="TAG", help="our images of that tag, which the node has, instead of building them"
    )
    options = parser.parse_args(arguments)
    cluster = find_cluster()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pyjob-bench-")))
        if options.images is None:
            operator_release.build_images("bench")
        mark = f"bench-{os.getpid()}"
        plain = stack.enter_context(cluster.namespace(f"{mark}-stock", "baseline"))
        submit = stock_spark.prepare(cluster, plain, folder)
        jobs = stack.enter_context(cluster.namespace(f"{mark}-jobs", "restricted"))
        system = stack.enter_context(cluster.namespace(f"{mark}-operator", "restricted"))
        pod = stack.enter_context(operator_release.operator(cluster, system, jobs, options.images or "bench"))
        stock = [_submit(cluster, submit, number) for number in range(options.submits)]
        bursts = [_burst(cluster, pod, jobs, options.jobs, number) for number in range(options.runs)]
        _print(stock, bursts, options.jobs)


def _print(stock: list[Taken], bursts: list[Burst], jobs: int) -> None:
    one = median(stock)
    print(f"{jobs} jobs, {_PODS_A_JOB} pods each; {machine()}\n")
    heads = ["way", "seconds until all pods exist", "jobs a second", "CPU ms a job, operator", "CPU ms a job, client"]
    heads += ["operator RSS, MB", "at most, MB"]
    said = f"spark-submit, one after another ({len(stock)} run, times {jobs}; drivers' pods only)"
    rows: list[tuple[object, ...]] = [
        (said, one.wall * jobs, 1 / one.wall, "none", round(one.cpu * 1000), "none", "none")
    ]
    for number, burst in enumerate(bursts):
        rows.append(
            (
                f"PyJob, burst {number + 1} of one operator",
                burst.wall,
                jobs / burst.wall,
                round(burst.operator_cpu / jobs * 1000),
                round(burst.client_cpu / jobs * 1000),
                round(burst.resident / 1e6),
                round(burst.peak / 1e6),
            )
        )
    print(table(heads, rows))
    first = bursts[0]
    print(f"\nkubectl apply itself took {first.client:.2f} s of the first burst.\n")
    result(
        "submit-burst",
        {
            "time until all pods exist": first.wall / (one.wall * jobs),
            "CPU a job": (first.operator_cpu + first.client_cpu) / jobs / one.cpu,
        },
    )


def _submit(cluster: Cluster, submit: SparkSubmit, number: int) -> Taken:
    """One job by spark-submit, which leaves as soon as the driver's pod is written."""
    before, start = os.times(), time.monotonic()
    done = subprocess.run(
        submit.command(f"burst-{number}", "rdd.py", _SUBMIT_AND_LEAVE, _CORES),
        env={**cluster.environment, **submit.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = time.monotonic() - start, os.times()
    if done.returncode != 0:
        raise SetupError(f"spark-submit exited with {done.returncode}: {done.stderr[-3000:]}")
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    print(f"  spark-submit {number + 1}: {wall:.2f} s, {cpu:.2f} s of CPU", file=sys.stderr, flush=True)
    return Taken(wall, cpu)


def _burst(cluster: Cluster, operator_pod: Object, namespace: str, jobs: int, number: int) -> Burst:
    """One burst, and all of it removed again."""
    cgroup = pod_cgroup(operator_pod["metadata"]["uid"])
    if cgroup is None:
        raise SetupError("the operator's cgroup is not on this machine: run this on the node, or on kind's host")
    script = stock_spark.JOBS / "rdd.py"
    items = [operator_release.job(f"burst-{number}-{each}", namespace, script, _CORES) for each in range(jobs)]
    manifest = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    with cluster.watch(f"/api/v1/namespaces/{namespace}/pods") as pods:
        used, before, start = cpu_seconds(cgroup) or 0.0, os.times(), time.time()
        cluster.kubectl("apply", "-f", "-", given=manifest)
        client, after = time.time() - start, os.times()
        wanted = jobs * _PODS_A_JOB
        if not pods.wait(lambda changes: len(pods_created(changes)) >= wanted, _PATIENCE_S):
            raise SetupError(
                f"after {_PATIENCE_S:.0f} s there were {len(pods_created(pods.changes()))} of {wanted} pods"
            )
        last = max(pods_created(pods.changes()).values())
        time.sleep(_SETTLE_S)  # statuses and events follow, and cost too
        used = (cpu_seconds(cgroup) or 0.0) - used
        now, peak = resident(cgroup)
        cluster.kubectl("-n", namespace, "delete", "pyjobs", "--all", "--timeout=180s")
        pods.wait(all_gone, _PATIENCE_S)
    client_cpu = after.children_user - before.children_user + after.children_system - before.children_system
    print(f"  burst {number + 1}: {last - start:.2f} s, {used:.2f} s of CPU", file=sys.stderr, flush=True)
    return Burst(last - start, client, used, client_cpu, now, peak)
