from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.support import Pod, new_pod

# Under nohup SIGHUP is ignored, and so it would be in all that tests start.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def pod() -> Iterator[Pod]:
    with new_pod() as pod:
        yield pod
