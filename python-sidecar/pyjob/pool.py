"""`pool --spare N --preload MODULE,...`: Python workers for the executor's JVM, imported and forked ahead of use."""

from __future__ import annotations

import os

from pyjob._config import PoolConfig
from pyjob._pool import Pool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def pool(argv: Sequence[str], env: Mapping[str, str]) -> None:
    """Serve until SIGTERM or the parent's end, then exit. Raises ConfigError."""
    config = PoolConfig.from_args(argv, env)
    os.makedirs(config.pod.tmp, mode=0o700, exist_ok=True)
    os.environ.setdefault("TMPDIR", config.pod.tmp)
    os._exit(Pool(config).serve())
