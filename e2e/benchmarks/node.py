"""What pods have used, from the cgroups of this machine: it has to be the node, or kind's host."""

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

_ROOTS = (Path("/sys/fs/cgroup/cpuacct"), Path("/sys/fs/cgroup"))
_USED = "cpuacct.usage"  # version 1: nanoseconds
_STATISTICS = "cpu.stat"  # version 2: has a line in microseconds


def pod_cgroup(uid: str) -> Path | None:
    """The folder of a pod's cgroup, or none if the pod does not run here (any more)."""
    root = next(root for root in _ROOTS if root.exists())
    names = (f"pod{uid}", f"pod{uid.replace('-', '_')}.slice")
    for folder, below, _ in os.walk(root):
        for name in below:
            if name.endswith(names):
                return Path(folder, name)
    return None


def cpu_seconds(cgroup: Path) -> float | None:
    """What all processes of a cgroup have used, those that have ended too; none if it is gone."""
    try:
        if (cgroup / _USED).exists():
            return int((cgroup / _USED).read_text()) / 1e9
        return parse_usage((cgroup / _STATISTICS).read_text())
    except OSError:
        return None


def parse_usage(statistics: str) -> float:
    """Seconds, from the text of a cpu.stat."""
    fields = dict(line.split() for line in statistics.splitlines())
    return int(fields["usage_usec"]) / 1e6


def parse_memory(status: str) -> tuple[int, int]:
    """Resident memory now, and at most so far, in bytes, from the text of a /proc/PID/status."""
    kibibytes = {
        name: int(value.split()[0])
        for name, value in (line.split(":", 1) for line in status.splitlines())
        if name in ("VmRSS", "VmHWM")
    }
    return kibibytes.get("VmRSS", 0) * 1024, kibibytes.get("VmHWM", 0) * 1024


def resident(cgroup: Path) -> tuple[int, int]:
    """Bytes of memory of a cgroup's largest process: now, and at most so far."""
    found = [(0, 0)]
    for folder, _, files in os.walk(cgroup):
        if "cgroup.procs" in files:
            for pid in Path(folder, "cgroup.procs").read_text().split():
                try:
                    found.append(parse_memory(Path("/proc", pid, "status").read_text()))
                except OSError:
                    continue  # it has ended in between
    return max(found)


class PodCpu:
    """CPU of pods that come and go. A pod's cgroup goes soon after it, so a thread looks ten times a second."""

    def __init__(self, pods: Callable[[], Iterable[str]]) -> None:
        self._pods = pods
        self._cgroups: dict[str, Path] = {}
        self._used: dict[Path, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            for uid in self._pods():
                cgroup = self._cgroups.get(uid) or pod_cgroup(uid)
                if cgroup is not None:
                    self._cgroups[uid] = cgroup
                    for each in (cgroup, *_below(cgroup)):
                        self._used[each] = cpu_seconds(each) or self._used.get(each, 0.0)

    def stop(self) -> float:
        """No more; the seconds of all pods."""
        self._over.set()
        self._thread.join()
        return sum(self._used.get(cgroup, 0.0) for cgroup in self._cgroups.values())

    def container(self, container: str) -> float:
        """The seconds of a container, by its id as a pod's status has it."""
        name = container.rpartition("/")[2]
        return max((used for cgroup, used in self._used.items() if name in cgroup.name), default=0.0)


def _below(cgroup: Path) -> list[Path]:
    try:
        return [each for each in cgroup.iterdir() if each.is_dir()]
    except OSError:
        return []  # gone
