"""Freed memory stays with the process on Linux, unless someone said otherwise."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import Any

import pytest

from addax.core import memory

# Page faults while a block of 64 MB is taken and freed ten times.
FAULTS = """
import resource
import numpy as np
import addax.core
np.ones(2**24, "float32")
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    np.ones(2**24, "float32")
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _faults(**environment: str) -> int:
    names = {k: v for k, v in os.environ.items() if not k.startswith("MALLOC_")}
    ran = subprocess.run(
        [sys.executable, "-c", FAULTS],
        env={**names, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(ran.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's own setting")
def test_large_blocks_are_used_again() -> None:
    # Pages of 2 MB, where the system gives them, make few faults of any block.
    pages = 10 * 2**26 // resource.getpagesize()
    kept, given_back = _faults(), _faults(ADDAX_MEMORY_KEPT_MB="0")
    assert kept < pages / 20
    assert kept <= given_back


@pytest.mark.parametrize("name", ["MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES"])
def test_the_environment_wins(monkeypatch: Any, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert not memory.keep_freed()


def test_the_setting_turns_it_off() -> None:
    with memory.KEPT_MB.override(0):
        assert not memory.keep_freed()
