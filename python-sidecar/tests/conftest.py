from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import Pod, new_pod


@pytest.fixture
def pod() -> Iterator[Pod]:
    with new_pod() as pod:
        yield pod
