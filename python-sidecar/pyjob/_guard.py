"""How much memory workers may take, and which of them has to go. Pure: figures in, decisions out."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MIB = 1 << 20
GIB = 1 << 30
SMALLEST_WORKER = 64 * MIB
#: No process writes new memory faster than this, as far as we have seen; a look is due before it could have filled up.
_FASTEST_PER_S = 4 * GIB
_SHORTEST_S, _LONGEST_S = 0.01, 0.5
#: Below this a worker is not what fills a container.
_WORTH_ENDING = 16 * MIB
#: From here on what is seen is written down, in case the kernel takes the whole container at once.
WORTH_NOTING = 0.7


@dataclass(frozen=True)
class Holding:
    """A worker with all that it has forked: bytes of its own, and the limit for it, if any."""

    pid: int
    bytes: int
    limit: int | None


def worker_limit(container: int | None, wanted: int | None, pool: int, slots: int) -> int | None:
    """What one worker may hold of its own, when the pool itself holds `pool`.

    Without a wish, twice its fair share: tasks are not alike, and the container as a whole is looked after besides.
    """
    if wanted is not None:
        return max(SMALLEST_WORKER, wanted)
    if container is None:
        return None
    room = container - pool
    return max(SMALLEST_WORKER, min(room, 2 * room // max(1, slots)))


def full_at(limit: int) -> int:
    """From how many bytes on a container of `limit` counts as full: what is left must last until a worker is gone."""
    return limit - min(256 * MIB, max(min(32 * MIB, limit // 4), limit // 16))


def hopeless_at(limit: int) -> int:
    """From how many bytes on there is no time left to ask a worker for its stack."""
    return limit - (limit - full_at(limit)) // 3


def pause(headrooms: Iterable[int]) -> float:
    """Seconds until the next look: half the time in which the fastest process would fill the least of `headrooms`."""
    least = min(headrooms, default=_FASTEST_PER_S)
    return min(_LONGEST_S, max(_SHORTEST_S, least / _FASTEST_PER_S / 2))


def over_its_limit(holdings: Iterable[Holding]) -> list[Holding]:
    """The workers that hold more than each may."""
    return [each for each in holdings if each.limit is not None and each.bytes > each.limit]


def largest(holdings: Iterable[Holding]) -> Holding | None:
    """The one whose end frees most; None if that would be next to nothing, and something else fills the container."""
    found = max(holdings, key=lambda each: each.bytes, default=None)
    return found if found is not None and found.bytes >= _WORTH_ENDING else None


def in_words(count: int) -> str:
    """`1.5 GiB`."""
    if count >= GIB:
        return f"{count / GIB:.1f} GiB"
    return f"{count / MIB:.0f} MiB"
