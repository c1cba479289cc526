"""A stand-in for a container on one machine: a process in mount and PID namespaces of its own.

It shares the network (the loopback of a pod) and the folders named, and nothing else that is
writable and temporary: its /tmp is its own. What the other kind of container would have (Java
in a Python box, Python in a JVM box) is covered by something empty. Needs root, on Linux.
"""

import os
import signal
import stat
from dataclasses import dataclass
from typing import NoReturn

from . import linux

_PASSED_ON = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2}


@dataclass(frozen=True)
class Box:
    """What one box shows.

    ``hide`` are files and folders to cover; those that do not exist are passed over.
    ``tmp`` is the folder that it sees as /tmp.
    ``share`` are folders that stay visible at their own path though /tmp and ``hide`` cover them.
    """

    hide: tuple[str, ...]
    tmp: str
    share: tuple[str, ...]


def enter(box: Box) -> None:
    """Move this (forked) process into ``box``; it returns only in the box's first process, PID 1.

    The process that called stays outside as its parent: it ends as the box ends, and the box
    ends when it is killed. Signals must be held, so that none is lost on its way in.
    """
    linux.unshare(linux.CLONE_NEWNS | linux.CLONE_NEWPID)
    inside = os.fork()
    if inside != 0:
        _stand_for(inside)
    linux.die_with_parent(signal.SIGKILL)
    _mount(box)


def _stand_for(inside: int) -> NoReturn:
    """Pass signals on to the box's first process until that ends, and end as it did."""
    for descriptor in (0, 1, 2):  # an end of a pipe held here would look like a container still writing
        os.dup2(os.open(os.devnull, os.O_RDWR), descriptor)
    while True:
        number = signal.sigwait({*_PASSED_ON, signal.SIGCHLD})
        if number in _PASSED_ON:
            os.kill(inside, number)
            continue
        ended, status = os.waitpid(inside, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _mount(box: Box) -> None:
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    # Held open, a folder can be mounted again after its path has been covered.
    hidden = {os.path.realpath(path) for path in box.hide}
    # Only what is covered: mounting a folder again would uncover what is hidden inside it.
    covered = [path for path in box.share if _is_within(os.path.realpath(path), {"/tmp", *hidden})]
    shared = [(path, os.open(path, os.O_PATH | os.O_CLOEXEC)) for path in covered]
    linux.mount(box.tmp, "/tmp", None, linux.MS_BIND)
    for path in hidden:
        _cover(path)
    for path, descriptor in shared:
        os.makedirs(path, exist_ok=True)
        linux.mount(f"/proc/self/fd/{descriptor}", path, None, linux.MS_BIND)
        os.close(descriptor)
    linux.mount("proc", "/proc", "proc", 0)


def _cover(path: str) -> None:
    # One look and not two: another box of the same pod, whose /tmp it is too, may be making the folder at this moment.
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    if stat.S_ISDIR(mode):
        linux.mount("none", path, "tmpfs", 0, "mode=0755")
    else:
        linux.mount(os.devnull, path, None, linux.MS_BIND)


def _is_within(path: str, folders: set[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)
